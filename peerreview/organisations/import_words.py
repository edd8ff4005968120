"""The words of the pages about imports."""

from peerreview.models import ImportState, RowFate, RowKind

STATES = {
    ImportState.READING: ("Being read", "blue"),
    ImportState.READY: ("Waits to be confirmed", "yellow"),
    ImportState.APPLYING: ("Being applied", "blue"),
    ImportState.DONE: ("Applied", "green"),
    ImportState.UNDOING: ("Being undone", "blue"),
    ImportState.UNDONE: ("Undone", "grey"),
    ImportState.DISCARDED: ("Discarded", "grey"),
    ImportState.FAILED: ("Failed", "red"),
}  # words, colour of the tag
WORK = {
    ImportState.READING: "Reading the file and comparing it with the register",
    ImportState.APPLYING: "Writing the changes to the register",
    ImportState.UNDOING: "Putting the register back",
}
# In the order of the preview.
KINDS = {
    RowKind.ADDED: "Added",
    RowKind.MOVED: "Moved to another borough",
    RowKind.CLOSED: "Closed",
    RowKind.OPENED: "Opened",
    RowKind.CHANGED: "Changed",
    RowKind.LINKED: "Linked",
    RowKind.GROUP: "Trusts and federations",
    RowKind.KEPT: "Kept as set by hand",
    RowKind.REFUSED: "Refused",
}
FATES = {
    RowFate.APPLIED: "Applied",
    RowFate.SKIPPED: "Not applied",
    RowFate.PUT_BACK: "Put back",
    RowFate.LEFT: "Not put back",
}
OVERTAKEN = {
    ImportState.APPLYING: "It was confirmed already",
    ImportState.DONE: "It was applied already",
    ImportState.DISCARDED: "It was discarded already",
    ImportState.UNDOING: "It is being undone already",
    ImportState.UNDONE: "It was undone already",
}
