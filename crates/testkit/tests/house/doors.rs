//! Every endpoint of the page is a door to exactly one method of the gallery.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{files, text};

/// The list of what a browser may ask for: a security surface that fits on one screen.
const DOORS: [(&str, &str); 91] = [
    ("duel/decide", "duels().decide"),
    ("duel/round", "duels().round"),
    ("duel/start_over", "duels().start_over"),
    ("exchange/apply", "exchange().apply"),
    ("exchange/apply_beside", "exchange().apply_beside"),
    ("exchange/logs", "exchange().logs"),
    ("exchange/plan", "exchange().plan"),
    ("exchange/plan_beside", "exchange().plan_beside"),
    ("exchange/write_beside", "exchange().write_beside"),
    ("exports/create", "exports().create"),
    ("exports/status", "exports().status"),
    ("exports/weigh", "exports().weigh"),
    ("fields/set", "fields().set"),
    ("fields/set_one", "fields().set_one"),
    ("health/compare", "health().compare"),
    ("health/compared", "health().compared"),
    ("images/image", "images().detail"),
    ("images/inspect", "images().begin_inspection"),
    ("images/origins", "images().origins"),
    ("images/parameters", "images().parameters"),
    ("images/read_again", "images().read_again"),
    ("images/unread", "images().unread"),
    ("insights/keep_rate", "insights().keep_rate"),
    ("insights/overview", "insights().overview"),
    ("jobs/change", "jobs().change"),
    ("jobs/detail", "jobs().detail"),
    ("jobs/list", "jobs().list"),
    ("jobs/start", "jobs().start"),
    ("judge/aside", "judge().aside"),
    ("judge/keep", "judge().keep"),
    ("judge/operations", "judge().operations"),
    ("judge/pictures", "judge().pictures"),
    ("judge/revisions", "judge().revisions"),
    ("judge/set", "judge().set"),
    ("judge/stack", "judge().stack"),
    ("judge/undo", "judge().undo"),
    ("notes/marks", "notes().marks"),
    ("notes/revisions", "notes().revisions"),
    ("notes/set", "notes().set"),
    ("organise/folder", "organise().folder_in"),
    ("organise/gather", "organise().gather_in"),
    ("organise/rename", "organise().rename"),
    ("roots/add", "roots().choose"),
    ("roots/allow_delete", "roots().allow_delete"),
    ("roots/allow_organise", "roots().allow_organise"),
    ("roots/allow_sidecars", "roots().allow_sidecars"),
    ("roots/browse", "roots().browse"),
    ("roots/decide", "roots().decide"),
    ("roots/load_demo", "roots().load_demo"),
    ("roots/moment", "scans().moment"),
    ("roots/pause", "roots().pause"),
    ("roots/problems", "scans().problems"),
    ("roots/progress", "scans().progress"),
    ("roots/relocate", "roots().relocate"),
    ("roots/remove", "roots().remove"),
    ("roots/rename", "roots().rename"),
    ("roots/rescan", "roots().rescan"),
    ("roots/roots", "roots().all"),
    ("roots/scan_now", "scans().start"),
    ("roots/set_role", "roots().set_role"),
    ("search/facets", "search().facets"),
    ("search/first_page", "search().first_page"),
    ("search/neighbours", "search().neighbours"),
    ("search/outside", "search().outside"),
    ("search/parameter", "search().parameter"),
    ("search/parameter_names", "search().parameter_names"),
    ("search/rows", "search().rows"),
    ("search/suggest", "search().suggest"),
    ("search/timeline", "search().timeline"),
    ("search/window", "search().window"),
    ("sets/arrange", "sets().arrange"),
    ("sets/create", "sets().create"),
    ("sets/delete", "sets().delete"),
    ("sets/edit", "sets().edit"),
    ("sets/list", "sets().list"),
    ("sets/of", "sets().of"),
    ("sets/put", "sets().put"),
    ("settings/change", "settings().change"),
    ("settings/import", "settings().import"),
    ("settings/now", "settings().now"),
    ("tags/all", "tags().all"),
    ("tags/colour", "tags().colour"),
    ("tags/delete", "tags().delete"),
    ("tags/list", "tags().list"),
    ("tags/merge", "tags().merge"),
    ("tags/of", "tags().of"),
    ("tags/rename", "tags().rename"),
    ("tags/set", "tags().set"),
    ("trash/empty", "trash().empty"),
    ("trash/plan", "trash().plan"),
    ("trash/weigh", "trash().weigh"),
];

#[test]
fn every_endpoint_opens_one_method_of_the_gallery() {
    let mut found = BTreeMap::new();
    for path in files(&[".rs"]) {
        if path.starts_with("app/src/api") {
            read_doors(&text(&path), &mut found);
        } else if path.starts_with("app") {
            assert!(
                !text(&path).contains("#[server"),
                "{} is not below app/src/api",
                path.display()
            );
        }
    }
    let expected: BTreeMap<String, String> = DOORS
        .iter()
        .map(|(endpoint, method)| ((*endpoint).to_owned(), (*method).to_owned()))
        .collect();
    assert_eq!(found, expected);
}

/// Collects `endpoint = ".."` of each server function with the method that its body calls.
fn read_doors(source: &str, doors: &mut BTreeMap<String, String>) {
    for function in source.split("#[server(").skip(1) {
        let after = |mark: &str| function.split_once(mark).map(|(_, rest)| rest);
        let endpoint = after("endpoint = \"").and_then(|rest| rest.split_once('"'));
        let (endpoint, _) = endpoint.expect("a server function without a fixed endpoint");
        assert!(
            function.contains("prefix = \"/fn\""),
            "{endpoint} is not below /fn"
        );
        // Up to the next function; the gallery may have a name of its own in between.
        let body: String = function.split_whitespace().collect();
        let call = body
            .split("gallery()?")
            .nth(1)
            .expect("a server function without a gallery");
        let call = call.trim_start_matches(';');
        let start = call
            .find(['.'])
            .expect("a server function that asks nothing");
        let method: String = call[start + 1..]
            .chars()
            .take_while(|letter| *letter != '(')
            .collect();
        let rest = &call[start + 1 + method.len()..];
        let rest = rest.strip_prefix("().").expect("a topic of the gallery");
        let verb: String = rest.chars().take_while(|letter| *letter != '(').collect();
        doors.insert(endpoint.to_owned(), format!("{method}().{verb}"));
    }
}

#[test]
fn the_gallery_fits_on_one_screen() {
    let lines = text(Path::new("crates/gallery/src/lib.rs")).lines().count();
    assert!(
        lines < 200,
        "gallery/src/lib.rs has {lines} lines: move things into their topic"
    );
}
