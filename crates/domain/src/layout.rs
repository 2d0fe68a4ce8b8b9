//! Grid arithmetic: which rows are on the screen, and how a million rows fit a browser's scroll box.
