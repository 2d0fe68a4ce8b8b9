//! Short names for what the module takes from its script.
//!
//! wasm-bindgen ends each name with sixteen random digits, in the module and in the script: three
//! hundred names, which nothing compresses. Both halves are loaded from one folder that is named by
//! its content, so any names will do as long as the halves agree.

use std::collections::BTreeMap;

use walrus::Module;

/// How the names that wasm-bindgen makes begin, and how many digits they end with.
const BEGIN: &str = "__wb";
const DIGITS: usize = 16;

/// The short name of each long one.
pub(crate) struct Short(BTreeMap<String, String>);

/// Renames what the module imports.
pub(crate) fn shorten(module: &mut Module) -> Short {
    let mut short = BTreeMap::new();
    for import in module.imports.iter_mut() {
        if is_long(&import.name) {
            let next = format!("${}", short.len());
            let name: &String = short.entry(import.name.clone()).or_insert(next);
            import.name.clone_from(name);
        }
    }
    Short(short)
}

impl Short {
    /// The script with the same names in it.
    pub(crate) fn in_script(&self, script: &str) -> String {
        let mut out = String::with_capacity(script.len());
        let mut rest = script;
        while let Some(at) = rest.find(BEGIN) {
            let (before, word) = rest.split_at(at);
            let end = word
                .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                .unwrap_or(word.len());
            let (word, after) = word.split_at(end);
            out.push_str(before);
            out.push_str(self.0.get(word).map_or(word, String::as_str));
            rest = after;
        }
        out.push_str(rest);
        out
    }
}

fn is_long(name: &str) -> bool {
    let digits = name.rsplit_once('_').map_or("", |(_, digits)| digits);
    name.starts_with(BEGIN)
        && digits.len() == DIGITS
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_replaced() {
        let long = "__wbg_append_dbf7ad2f48413560";
        let short = Short(BTreeMap::from([(long.to_owned(), "$0".to_owned())]));
        let script = format!("{long}: f, {long}x: g, my{long}: h, __wbg_load()");
        assert_eq!(
            short.in_script(&script),
            format!("$0: f, {long}x: g, my$0: h, __wbg_load()")
        );
        assert!(is_long(long));
        assert!(!is_long("__wbindgen_export_1"));
    }
}
