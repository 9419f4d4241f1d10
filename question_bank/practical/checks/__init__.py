"""The checks of the catalogue, a package for each kind of file. Importing one fills its part of the catalogue."""
