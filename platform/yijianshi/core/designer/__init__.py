"""The designer's logic: every edit is an operation, applied by a pure function, undone by its inverse.

An *edit* is one small change of a document at an address of stable names (``addresses``, ``edits``).
An *operation* is what a person does, in the words of his work; it stands for a list of edits
(``operations``). A *log* is what was done to a draft, in order: undo, the list of changes that a
reviewer reads, and the merge of two people's work all come from it (``log``).
"""
