"""The course as data: schema, loader, references, figures."""
