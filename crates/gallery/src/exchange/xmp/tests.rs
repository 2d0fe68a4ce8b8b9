use domain::{
    judgement::Judgement,
    parameter::{Parameter, ParameterSet, Parameters, Scalar},
};

use super::*;

fn facts() -> Facts {
    let entry = Parameter {
        node: String::new(),
        class: "log".to_owned(),
        title: String::new(),
        name: "execution".to_owned(),
        value: Scalar::Text("run <1>".to_owned()),
    };
    let set = ParameterSet {
        id: 1,
        entries: vec![entry],
    };
    Facts {
        name: "a & \"b\".png".to_owned(),
        folder: "renders/day 1".to_owned(),
        note: "One <line>,\n\tand \u{1}another\u{ffff}".to_owned(),
        persona: "Ada & Ödön".to_owned(),
        parameters: Some(Parameters {
            set: set.into(),
            changes: Vec::new(),
        }),
        judgement: Judgement {
            verdict: Verdict::Rejected,
            rating: 4,
            favourite: true,
            label: Some(Label::Blue),
            ..Judgement::default()
        },
        ..Facts::default()
    }
}

fn text(inside: &str) -> Vec<u8> {
    format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='{RDF}'><rdf:Description \
         xmlns:xmp='{XMP}' xmlns:dc='{DC}' xmlns:lr='{LIGHTROOM}' xmlns:xmpDM='{DYNAMIC}' \
         xmlns:darktable='{DARKTABLE}' {inside}</rdf:RDF></x:xmpmeta>"
    )
    .into_bytes()
}

#[test]
fn what_is_written_is_read_back() {
    let facts = facts();
    let written = written(&facts, &["<cat>", "to print"]);
    for said in [
        "xmp:Rating=\"-1\"",
        "xmp:Label=\"Blue\"",
        "<rdf:li>to print</rdf:li>",
    ] {
        assert!(written.contains(said), "{said} in {written}");
    }
    assert!(is_ours(written.as_bytes()));
    let line = read("somewhere/else.xmp", written.as_bytes()).unwrap();
    let expected = Line {
        file: "renders/day 1/a & \"b\".png".to_owned(),
        elsewhere: true,
        verdict: Some(Verdict::Rejected),
        rating: Some(4),
        favourite: Some(true),
        label: Some(Edit::Label(Some(Label::Blue))),
        tags: vec!["<cat>".to_owned(), "to print".to_owned()],
        note: Some("One <line>,\n\tand another".to_owned()),
        persona: Some("Ada & Ödön".to_owned()),
        fields: vec![(Part::Execution, "run <1>".to_owned())],
        ..Line::default()
    };
    assert_eq!(line, expected);
    let nothing = Facts {
        note: String::new(),
        persona: String::new(),
        judgement: Judgement::default(),
        parameters: None,
        ..facts
    };
    assert!(says(&nothing, &["<cat>"]) && !says(&nothing, &[]));
}

#[test]
fn another_program_may_change_the_stars_of_our_file() {
    let written = written(&facts(), &[]);
    let changed = written.replace("xmp:Rating=\"-1\"", "xmp:Rating=\"2\"");
    assert!(is_ours(written.as_bytes()) && !is_ours(changed.as_bytes()));
    let line = read("a.xmp", changed.as_bytes()).unwrap();
    assert_eq!(
        (line.verdict, line.rating),
        (Some(Verdict::Undecided), Some(2))
    );
}

#[test]
fn files_of_other_programs_are_understood() {
    let line = |inside: &str| read("x/a.png.xmp", &text(inside)).unwrap();
    let rejected = line("xmp:Rating='-1'/>");
    assert_eq!(
        (rejected.verdict, rejected.rating),
        (Some(Verdict::Rejected), None)
    );
    assert_eq!((&*rejected.file, rejected.stem), ("x/a.png", false));
    let rated = line("><xmp:Rating>3.0</xmp:Rating><xmp:Label>Grün</xmp:Label></rdf:Description>");
    assert_eq!((rated.verdict, rated.rating), (None, Some(3)));
    assert_eq!(rated.label, Some(Edit::Label(Some(Label::Green))));
    let picked = line("xmp:Rating='0' xmpDM:pick='1' xmp:Label='Purple' dc:description='a dune'/>");
    assert_eq!(
        (picked.verdict, picked.rating, picked.label, picked.note),
        (Some(Verdict::Approved), None, None, None)
    );
    let tags = line(
        "><dc:subject><rdf:Bag><rdf:li>Cat</rdf:li></rdf:Bag></dc:subject><lr:hierarchicalSubject>\
         <rdf:Bag><rdf:li>Animals|cat</rdf:li><rdf:li>Places|Sea</rdf:li></rdf:Bag>\
         </lr:hierarchicalSubject><darktable:colorlabels><rdf:Seq><rdf:li>1</rdf:li></rdf:Seq>\
         </darktable:colorlabels></rdf:Description>",
    );
    assert_eq!(tags.tags, ["Cat", "Sea"]);
    assert_eq!(tags.label, Some(Edit::Label(Some(Label::Yellow))));
    assert!(!is_ours(&text("xmp:Rating='3'/>")));
    assert!(read("a.xmp", b"<a/>").is_err());
    let lightroom = read("a.xmp", &text("xmp:Rating='3'/>")).unwrap();
    assert!(lightroom.stem && lightroom.names().contains(&"a.jpg".to_owned()));
}
