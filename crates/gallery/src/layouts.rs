//! How picture programs lay out their folders: what they are recognised by, and where their pictures lie.
//!
//! A pure table. To add a program: one row of [`PROGRAMS`], before the rows of programs that it was made from,
//! and its line in the test.

/// A program by its folder.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// Its name as people write it.
    pub(crate) name: &'static str,
    /// What lies in its folder: all names of any of these rows.
    marks: &'static [&'static [&'static str]],
    /// Where it saves pictures, the usual place first; at most one of them counts.
    pub(crate) outputs: &'static [&'static str],
    /// Where it keeps pictures that it begins from.
    pub(crate) inputs: &'static [&'static str],
}

/// Programs that were made from another one, and carry its files, come before it.
const PROGRAMS: [Program; 8] = [
    Program {
        name: "ComfyUI",
        marks: &[
            &["main.py", "custom_nodes"],
            &["main.py", "comfy"],
            // The desktop program keeps its code elsewhere.
            &["custom_nodes", "models", "output"],
        ],
        outputs: &["output"],
        inputs: &["input"],
    },
    Program {
        name: "Fooocus",
        marks: &[
            &["fooocus_version.py"],
            &["launch.py", "fooocus_colab.ipynb"],
        ],
        outputs: &["outputs"],
        inputs: &[],
    },
    Program {
        name: "SD.Next",
        marks: &[
            &["webui.py", "modules", "sdnext.py"],
            &["webui.py", "modules", "extensions-builtin/sdnext-modernui"],
        ],
        outputs: &["outputs", "output"],
        inputs: &[],
    },
    Program {
        name: "Forge",
        marks: &[&["webui.py", "modules_forge"]],
        outputs: &["outputs", "output"],
        inputs: &[],
    },
    Program {
        name: "A1111",
        marks: &[&["webui.py", "modules"]],
        outputs: &["outputs", "output"],
        inputs: &[],
    },
    Program {
        name: "InvokeAI",
        marks: &[&["invokeai.yaml"], &["databases", "outputs/images"]],
        outputs: &["outputs/images"],
        inputs: &[],
    },
    Program {
        name: "SwarmUI",
        marks: &[
            &["SwarmUI.sln"],
            &["src", "Output", "launchtools"],
            &["src", "Output", "dlbackend"],
        ],
        outputs: &["Output"],
        inputs: &[],
    },
    Program {
        name: "Stability Matrix",
        marks: &[&["Packages", "Images"]],
        outputs: &["Images"],
        inputs: &[],
    },
];

/// The program whose folder it is; `has` tells whether a name, or a way with `/`, is in it.
pub(crate) fn recognise(has: impl Fn(&str) -> bool) -> Option<&'static Program> {
    let all = |names: &&[&str]| names.iter().all(|name| has(name));
    PROGRAMS
        .iter()
        .find(|program| program.marks.iter().any(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_recognised_by_what_lies_in_their_folder() {
        for (listing, expected) in [
            ("main.py custom_nodes models input output", Some("ComfyUI")),
            ("main.py comfy execution.py", Some("ComfyUI")),
            ("custom_nodes models input output user", Some("ComfyUI")),
            ("webui.py launch.py modules outputs", Some("A1111")),
            (
                "webui.py modules modules_forge ldm_patched output",
                Some("Forge"),
            ),
            (
                "webui.py modules modules_forge backend outputs",
                Some("Forge"),
            ),
            ("webui.py modules sdnext.py outputs", Some("SD.Next")),
            (
                "webui.py launch.py modules fooocus_version.py outputs",
                Some("Fooocus"),
            ),
            ("invokeai.yaml databases models", Some("InvokeAI")),
            ("databases outputs/images", Some("InvokeAI")),
            ("SwarmUI.sln src Output Models", Some("SwarmUI")),
            ("src Output dlbackend Data", Some("SwarmUI")),
            ("Packages Images Models", Some("Stability Matrix")),
            ("", None),
            ("output input models", None),
            ("main.py output", None),
            ("src Output", None),
            ("webui.py", None),
            ("databases outputs", None),
        ] {
            let names: Vec<&str> = listing.split_whitespace().collect();
            let found = recognise(|name| names.contains(&name));
            assert_eq!(found.map(|program| program.name), expected, "{listing}");
        }
    }

    #[test]
    fn every_program_saves_somewhere_inside_its_folder() {
        for program in &PROGRAMS {
            assert!(
                !program.outputs.is_empty() && !program.marks.is_empty(),
                "{}",
                program.name
            );
            for name in program.outputs.iter().chain(program.inputs) {
                assert!(!name.starts_with('/') && !name.contains(".."), "{name}");
            }
        }
    }
}
