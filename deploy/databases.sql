-- Run once by the PostgreSQL image on an empty volume, which has made `hub` already.
-- Dagster's records lie in a database of their own: both keep their revision in a
-- table of the same name.
CREATE DATABASE dagster;
