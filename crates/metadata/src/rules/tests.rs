use super::*;

#[test]
fn the_built_in_table_has_no_mistake() {
    let table = Rules::default().and(BUILTIN, false);
    assert_eq!(table.as_ref().err(), None);
    assert!(table.unwrap().nodes.len() > 70);
}

#[test]
fn an_own_entry_goes_over_the_built_in_one_key_by_key() {
    let rules = Rules::with("[node.KSampler]\nseed = \"luck\"\n").unwrap();
    let entry = rules.node("KSampler").unwrap();
    assert!(entry.own);
    assert!(entry.seed.as_ref().unwrap().has("luck"));
    assert!(entry.values.is_some(), "the built-in order stays");
}

#[test]
fn an_entry_may_begin_with_the_keys_of_another() {
    let rules = Rules::with("[node.\"My Sampler\"]\nsame_as = \"KSampler\"\n").unwrap();
    assert_eq!(
        rules.node("My Sampler").unwrap().values,
        rules.node("KSampler").unwrap().values
    );
}

#[test]
fn the_first_rule_that_holds_for_a_folder_gives_its_persona() {
    let rules = Rules::with(
        "[[persona]]\nfolder = \"renders/*ada*\"\nname = \"Ada\"\n\
         [[persona]]\nfolder = \"Renders\"\nname = \"Everybody\"\n",
    )
    .unwrap();
    for (folder, name) in [
        ("renders/2026 ADA", Some("Ada")),
        ("renders/2026 ada/upscaled", Some("Ada")),
        ("renders/bo", Some("Everybody")),
        ("renders", Some("Everybody")),
        ("else/renders", None),
        ("", None),
    ] {
        assert_eq!(rules.persona(folder), name, "{folder}");
    }
    assert_eq!(Rules::builtin().persona("renders"), None);
    assert!(!rules.same_personas(Rules::builtin()));
}

#[test]
fn mistakes_are_told_with_their_line_and_what_to_do() {
    let wrong = [
        (
            "[node.A]\ntext = \"x\"\nprompts = \"x\"\n",
            3,
            "unknown field",
        ),
        ("[node.A]\n\nsilent = \"yes\"\n", 3, "true and false"),
        ("[node.A]\ntext = 5\n", 2, "name of an input"),
        ("\n[node.\"\"]\ntext = \"x\"\n", 2, "class of a node"),
        ("[node.A]\ntext = \"x\"\n[node.B]\n", 3, "says nothing"),
        ("[node.A]\nsame_as = \"Nobody\"\n", 1, "Nobody"),
        ("[node.A]\ntext = \"x\"\n[node.A]\n", 3, ""),
        ("[nodes.A]\ntext = \"x\"\n", 1, "unknown field"),
        ("[node.A]\nswitch = \"\"\n", 1, "empty"),
        ("[node.A]\ntext = \"x\n", 2, ""),
        ("[node.A]\noutput = \"maybe\"\n", 2, "saves"),
        (
            "[[persona]]\nfolder = \"/\"\nname = \"A\"\n",
            1,
            "names no folder",
        ),
        ("[[persona]]\nfolder = \"a\"\nname = \"*\"\n", 1, "persona"),
        ("[[persona]]\nfolder = \"a\"\n", 1, ""),
    ];
    for (text, line, words) in wrong {
        let mistake = Rules::with(text).unwrap_err();
        assert_eq!(mistake.line, line, "{text}: {mistake}");
        assert!(mistake.message.contains(words), "{text}: {mistake}");
    }
}
