//! What the page of the watched folders says.

use domain::scan::{FolderEntry, Layout};

use super::count;

/// Whose folder was found, and where.
pub fn found(layout: &Layout) -> String {
    format!("{} is in {}.", layout.program, layout.folder)
}

/// The button that shows all of it.
pub fn show_all(layout: &Layout) -> String {
    let names = |folders: &[FolderEntry]| -> String {
        let names: Vec<&str> = folders.iter().map(|folder| folder.name.as_str()).collect();
        names.join(" and ")
    };
    let outputs = names(&layout.outputs);
    if layout.inputs.is_empty() {
        format!("Show {outputs}")
    } else {
        format!(
            "Show {outputs}, and {} as reference images",
            names(&layout.inputs)
        )
    }
}

/// Names the dialog in which the new place of a folder is chosen.
pub fn where_now(name: &str) -> String {
    format!("Where is {name} now?")
}

/// Said when a folder was found in its new place.
pub fn moved(name: &str) -> String {
    format!("{name} is read in its new place. All that was known of its pictures is kept.")
}

/// Said of a folder that is left alone.
pub fn paused(images: u64) -> String {
    match images {
        1 => "Paused: its picture stays as it is, whatever happens to the file.".to_owned(),
        number => format!(
            "Paused: its {} pictures stay as they are, whatever happens to their files.",
            count(number)
        ),
    }
}

/// Said where a folder gets another name.
pub const RENAMING: &str = "This is its name in Proofsheet; the folder on the disk keeps its own. Filters of photosets follow. \
                            Links that name the old one find nothing, and rules by folder need the new name.";
/// Names the switch that makes pictures reference images.
pub const INPUTS: &str =
    "Its pictures are reference images: out of the library, shown beside what was made from them";
/// Said of the folder that is the gallery's own.
pub const OWN: &str = "Proofsheet's own folder, for what is added or imported";
/// Said when reading one folder began.
pub const RESCANNING: &str = "Looking for new and changed files in this folder";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_of_a_program_is_one_choice() {
        let folder = |name: &str| FolderEntry {
            name: name.to_owned(),
            path: format!("/home/ada/ComfyUI/{name}"),
        };
        let mut layout = Layout {
            program: "ComfyUI".to_owned(),
            folder: "/home/ada/ComfyUI".to_owned(),
            outputs: vec![folder("output")],
            inputs: vec![folder("input")],
        };
        assert_eq!(found(&layout), "ComfyUI is in /home/ada/ComfyUI.");
        assert_eq!(
            show_all(&layout),
            "Show output, and input as reference images"
        );
        layout.inputs.clear();
        assert_eq!(show_all(&layout), "Show output");
    }
}
