"""The charts of every page as exhibits: what is asked, drawn and said is the same on the page, in a deck and in a workbook."""
