//! The pictures that a recipe begins from: which files its nodes loaded.

use crate::{
    image::Format,
    parameter::{Label, ParameterList, Scalar},
};

/// A file that a recipe loads, as it was named below the folder of inputs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Input {
    /// Folder below that of the inputs, with `/`; empty at the top.
    pub folder: String,
    /// File name.
    pub name: String,
}

/// Most inputs of one recipe; further ones are left out.
pub const MOST: usize = 32;
/// Longer values are no names of files, in bytes.
const LONGEST: usize = 400;

/// The files that a recipe loads, by the values that were set in its making; each once, in order.
///
/// A value counts when it ends as a picture or a video does, and stands on a node that loads such, or in a setting
/// of that kind. A path that begins at the root of a disk is known from its last folder `input` on; one without
/// such a folder, or with `..` in it, stays as it is, and no file of a folder of inputs is called so.
pub fn inputs(parameters: &ParameterList) -> Vec<Input> {
    let mut found: Vec<Input> = Vec::new();
    for (label, value) in parameters.iter() {
        let Scalar::Text(text) = value else { continue };
        let Some(input) = input(text).filter(|_| loads(label)) else {
            continue;
        };
        if !found.contains(&input) && found.len() < MOST {
            found.push(input);
        }
    }
    found.sort_unstable();
    found
}

/// Whether a node, or a setting of a flat record, takes a picture in.
fn loads(label: Label<'_>) -> bool {
    let place = if label.class.is_empty() {
        label.name
    } else {
        label.class
    };
    let place = place.to_ascii_lowercase();
    let takes = ["load", "image", "video", "mask", "input"];
    let gives = ["save", "preview", "output_path"];
    takes.iter().any(|word| place.contains(word)) && !gives.iter().any(|word| place.contains(word))
}

/// What a value names: `poses/a.png [input]` is `a.png` in `poses`.
fn input(text: &str) -> Option<Input> {
    // Nearly all values are short words and end here.
    if text.len() > LONGEST || !text.contains('.') || text.contains(['\n', '\0']) {
        return None;
    }
    let text = text.trim();
    // These lie in other folders of ComfyUI.
    if text.ends_with(" [output]") || text.ends_with(" [temp]") {
        return None;
    }
    let text = text.strip_suffix(" [input]").unwrap_or(text);
    let mut folders: Vec<&str> = text.split(['/', '\\']).collect();
    let name = folders.pop()?;
    Format::from_name(name)?;
    let from_root = |first: &&str| first.is_empty() || first.ends_with(':');
    if !folders.first().is_some_and(from_root) {
        folders.retain(|part| !matches!(*part, "" | "."));
    } else if let Some(place) = folders.iter().rposition(|part| *part == "input") {
        folders.drain(..=place);
    } else if folders == [""] {
        return None;
    }
    Some(Input {
        folder: folders.join("/"),
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(values: &[(&str, &str, &str)]) -> Vec<String> {
        let label = |class, name| Label {
            node: "1",
            class,
            title: "",
            name,
        };
        let list: ParameterList = values
            .iter()
            .map(|(class, name, value)| (label(class, name), Scalar::Text((*value).to_owned())))
            .collect();
        let told = inputs(&list).into_iter();
        told.map(|one| format!("{}|{}", one.folder, one.name))
            .collect()
    }

    #[test]
    fn nodes_that_load_pictures_name_their_files() {
        for (class, name, value, expected) in [
            ("LoadImage", "image", "pose 1.png", "|pose 1.png"),
            ("LoadImage", "image", "poses/b/pose.PNG", "poses/b|pose.PNG"),
            (
                "LoadImage",
                "image",
                "poses\\pose.webp [input]",
                "poses|pose.webp",
            ),
            (
                "LoadImageMask",
                "image",
                "clipspace/clipspace-mask-1.png [input]",
                "clipspace|clipspace-mask-1.png",
            ),
            ("VHS_LoadVideo", "video", "walk.mp4", "|walk.mp4"),
            (
                "Image Load",
                "image_path",
                "/home/ada/ComfyUI/input/a.jpg",
                "|a.jpg",
            ),
            (
                "Image Load",
                "image_path",
                "C:\\ComfyUI\\input\\poses\\a.jpg",
                "poses|a.jpg",
            ),
            (
                "Image Load",
                "image_path",
                "C:\\pictures\\a.jpg",
                "C:/pictures|a.jpg",
            ),
            ("Image Load", "image_path", "/srv/a.jpg", "/srv|a.jpg"),
            ("LoadImage", "image", "./poses//a.png", "poses|a.png"),
            (
                "LoadImage",
                "image",
                "pasted/image (1).png",
                "pasted|image (1).png",
            ),
            ("LoadImage", "image", "../../etc/a.png", "../../etc|a.png"),
            ("LoadImage", "image", "poses/../a.png", "poses/..|a.png"),
            ("", "controlnets.image_name", "5f9c.png", "|5f9c.png"),
            ("", "init_image", "5f9c.png", "|5f9c.png"),
        ] {
            assert_eq!(
                told(&[(class, name, value)]),
                [expected],
                "{class}.{name}={value}"
            );
        }
    }

    #[test]
    fn other_values_name_none() {
        for (class, name, value) in [
            ("SaveImage", "filename", "a.png"),
            ("PreviewImage", "filename", "a.png"),
            ("KSampler", "note", "a.png"),
            ("LoadImage", "upload", "image"),
            ("LoadImage", "image", "a.safetensors"),
            ("LoadImage", "image", "a.png\nb"),
            ("LoadImage", "image", ""),
            ("LoadImage", "image", ".png/"),
            ("LoadImage", "image", "/a.png"),
            ("LoadImageOutput", "image", "ComfyUI_00001_.png [output]"),
            ("LoadImage", "image", "ComfyUI_temp_00001_.png [temp]"),
            ("", "model", "a.png"),
        ] {
            assert_eq!(
                told(&[(class, name, value)]),
                Vec::<String>::new(),
                "{class}.{name}={value}"
            );
        }
    }

    #[test]
    fn each_is_told_once_and_not_without_end() {
        let twice = [
            ("LoadImage", "image", "b.png"),
            ("LoadImageMask", "image", "b.png"),
            ("LoadImage", "image", "a.png"),
        ];
        assert_eq!(told(&twice), ["|a.png", "|b.png"]);
        let names: Vec<String> = (0..100).map(|number| format!("{number}.png")).collect();
        let many: Vec<_> = names
            .iter()
            .map(|name| ("LoadImage", "image", name.as_str()))
            .collect();
        assert_eq!(told(&many).len(), MOST);
    }
}
