//! Every public method of the store is called by a test of this folder.

use std::{fs, path::Path};

fn texts(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let rust = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn every_method_is_called_by_a_contract_test() {
    let tests = texts("tests/contract").concat();
    let mut methods = 0;
    for source in texts("src") {
        for definition in source.split("pub async fn ").skip(1) {
            let name = definition.split(['(', '<']).next().unwrap();
            let called = [format!(".{name}("), format!("Store::{name}(")];
            assert!(
                called.iter().any(|call| tests.contains(call)),
                "no test calls Store::{name}"
            );
            methods += 1;
        }
    }
    assert!(
        methods > 40,
        "found only {methods} methods: does the search still work?"
    );
}
