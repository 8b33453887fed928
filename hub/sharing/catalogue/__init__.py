"""The catalogue (目录): every dataset with what a recipient must know before asking.

What lives here: one frozen value (`entry`) made from the schemas, the city's own words
(`declared`), partner files and a release (`build`), and its looks: DCAT as JSON-LD
(`dcat`), a data package (`package`), the government catalogue as a workbook (`book`)
and the data dictionary as a page (`page`). What does not: rows and values. The
catalogue says what there is, to whomever may see the catalogue; who may see which
rows is decided elsewhere in `hub.sharing`.
"""
