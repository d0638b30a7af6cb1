"""What can be taken to a committee: exhibits, the stories made of them, and decks written as slides, workbooks and pages."""
