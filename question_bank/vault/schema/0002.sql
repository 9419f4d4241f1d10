-- An item is found by the words of its stimulus too. The words are put in by the program (`Items.index_anew`).
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5(words, stimulus, tokenize = 'unicode61 remove_diacritics 2');
