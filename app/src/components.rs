//! Parts of pages. They take plain values, signals and callbacks; the page that places them owns
//! the data. Each has a style file of the same name in `style/components`.

pub mod chips;
pub mod dialog;
pub mod drop_inspect;
pub mod empty;
pub mod export_dialog;
pub mod facet;
pub mod filters;
pub mod first_run;
pub mod folder_picker;
pub mod grid;
pub mod help;
pub mod histogram;
pub mod icon;
pub mod inspector;
pub mod lightbox;
pub mod list;
pub mod loaded;
pub mod mark;
pub mod new_pill;
pub mod parameters;
pub mod progress_pill;
pub mod raw_tree;
pub mod rubber_band;
pub mod scrubber;
pub mod search_box;
pub mod selection_bar;
pub mod sort_menu;
pub mod stage;
pub mod theme;
pub mod tile;
pub mod toast;
pub mod tokens;
pub mod top_bar;
pub mod unread;
pub mod view_controls;
