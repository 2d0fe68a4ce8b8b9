//! How the origin of a value is told.

use domain::parameter::Origin;

/// `png:tEXt prompt: KSampler 3 › CLIPTextEncode 6 (text)`
pub fn way(origin: &Origin) -> String {
    let steps: Vec<String> = origin
        .path
        .iter()
        .map(|step| format!("{} {}", step.class, step.node))
        .collect();
    let Some(last) = origin.path.last() else {
        return origin.block.clone();
    };
    format!("{}: {} ({})", origin.block, steps.join(" › "), last.input)
}

#[cfg(test)]
mod tests {
    use domain::parameter::Waypoint;

    use super::*;

    #[test]
    fn a_way_names_its_nodes_and_the_last_input() {
        let step = |node: &str, class: &str, input: &str| Waypoint {
            node: node.to_owned(),
            class: class.to_owned(),
            input: input.to_owned(),
        };
        let origin = Origin {
            field: "positive".to_owned(),
            run: Some(0),
            value: "dunes".to_owned(),
            block: "png:tEXt prompt".to_owned(),
            path: vec![
                step("3", "KSampler", "positive"),
                step("6", "CLIPTextEncode", "text"),
            ],
            rule: String::new(),
        };
        let expected = "png:tEXt prompt: KSampler 3 › CLIPTextEncode 6 (text)";
        assert_eq!(way(&origin), expected);
        let flat = Origin {
            path: Vec::new(),
            ..origin
        };
        assert_eq!(way(&flat), "png:tEXt prompt");
    }
}
