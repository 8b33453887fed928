"""The warehouse as consumers see it: views, materialised masks, logins, audit."""
