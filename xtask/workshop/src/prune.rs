//! Leaves out of the page what can never run in it.
//!
//! Leptos 0.8 can take over a page in two ways: at once (`hydrate_body`, which `frontend` calls) or
//! step by step, waiting for parts of the program that are loaded later (`hydrate_lazy`, which nothing
//! here calls: `app/src/later.rs` loads parts in its own way). Every view carries both in its table of
//! functions, so the linker keeps both; the second way is a fifth of the module. Its functions are
//! emptied here, before the page is cut: what only they reach falls away with them, and does not tie
//! parts to each other. Leptos 0.9 makes the second way a feature; then this file can go.

use std::borrow::Cow;
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use wasm_encoder::{CustomSection, Encode};
use wasmparser::{KnownCustom, Name, Parser, Payload, RelocSectionReader, RelocationEntry};

/// The end of the mangled names of what never runs, before the hash: the function that begins the
/// second way, and the state machine behind it. What stands inside of them, or only mentions them in
/// a type, is left alone.
const NEVER: [&str; 2] = [
    "13hydrate_async",
    "13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$",
];
/// The door to it. While this is in the module, somebody may take it.
const DOOR: &str = "hydrate_lazy";
/// The compiler gives functions with the same instructions one body under one of their names. Only short
/// ones can look like something else by chance, so bodies of fewer bytes are left alone.
const SHORT: u64 = 100;
/// Instructions and the end of a body.
const UNREACHABLE: u8 = 0x00;
const NOP: u8 = 0x01;
const END: u8 = 0x0b;

/// A compiled page in which the functions that nothing calls are empty. Every other byte keeps its
/// place in its section, because the linker's relocations count from there.
///
/// # Errors
/// When the page hydrates lazily after all, or names nothing that could be left out: then this has
/// become wrong or useless, and somebody should look.
pub(crate) fn pruned(wasm: &[u8]) -> Result<Vec<u8>> {
    let page = Page::read(wasm)?;
    ensure!(
        !page.names.iter().any(|(_, name)| name.contains(DOOR)),
        "the page hydrates lazily now, so what prune.rs empties is called: take it out of bind.rs"
    );
    let never = |(function, name): &(u32, &str)| {
        let body = page.body(*function)?;
        (never_runs(name) && body.end - body.start >= SHORT).then_some(body)
    };
    let mut never: Vec<Range<u64>> = page.names.iter().filter_map(never).collect();
    never.sort_unstable_by_key(|body| body.start);
    never.dedup();
    ensure!(
        !never.is_empty(),
        "no function is named like {NEVER:?} any more: prune.rs has nothing left to do"
    );
    let mut emptied = wasm.to_vec();
    for body in &never {
        let body = &mut emptied[body.start as usize..body.end as usize];
        body.fill(NOP);
        // No locals of its own.
        body[0] = 0;
        body[1] = UNREACHABLE;
        body[body.len() - 1] = END;
    }
    let relocations = page.relocations.clone().context("no relocations of code")?;
    let kept = page.kept(&never)?;
    let mut out = emptied[..relocations.section.start as usize].to_vec();
    out.extend(kept);
    out.extend(&emptied[relocations.section.end as usize..]);
    Ok(out)
}

/// Whether a mangled name (`_ZN` path, `17h` hash, `E`) is of a function that never runs.
fn never_runs(name: &str) -> bool {
    let path = name.rsplit_once("17h").map_or(name, |(path, _)| path);
    NEVER.iter().any(|end| path.ends_with(end))
}

/// What of a compiled page is looked at, by its place in the file.
struct Page<'a> {
    names: Vec<(u32, &'a str)>,
    imported: u32,
    bodies: Vec<Range<u64>>,
    code: u64,
    relocations: Option<Relocations<'a>>,
}

/// The section that says which numbers in the code stand for something.
#[derive(Clone)]
struct Relocations<'a> {
    /// From its first byte, which says of what kind it is.
    section: Range<u64>,
    read: RelocSectionReader<'a>,
}

impl<'a> Page<'a> {
    fn read(wasm: &'a [u8]) -> Result<Self> {
        let mut page = Self {
            names: Vec::new(),
            imported: 0,
            bodies: Vec::new(),
            code: 0,
            relocations: None,
        };
        let mut end = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload?;
            let begins = end;
            if let Some((_, range)) = payload.as_section() {
                end = range.end;
            }
            match payload {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let is_function = matches!(import?.ty, wasmparser::TypeRef::Func(_));
                        page.imported += u32::from(is_function);
                    }
                }
                Payload::CodeSectionStart { range, .. } => page.code = range.start,
                Payload::CodeSectionEntry(body) => page.bodies.push(body.range()),
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Name(names) => {
                        for part in names {
                            if let Name::Function(names) = part? {
                                for name in names {
                                    let name = name?;
                                    page.names.push((name.index, name.name));
                                }
                            }
                        }
                    }
                    KnownCustom::Reloc(read) if section.name() == "reloc.CODE" => {
                        let section = begins..end;
                        page.relocations = Some(Relocations { section, read });
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(page)
    }

    /// The bytes of a function's body; nothing for one that is imported.
    fn body(&self, function: u32) -> Option<Range<u64>> {
        let index = function.checked_sub(self.imported)?;
        self.bodies.get(index as usize).cloned()
    }

    /// The section of relocations without those inside of these bodies.
    fn kept(&self, never: &[Range<u64>]) -> Result<Vec<u8>> {
        let read = &self.relocations.as_ref().context("no relocations")?.read;
        let mut entries = Vec::new();
        let mut count = 0_u32;
        for entry in read.entries() {
            let entry: RelocationEntry = entry?;
            let place = self.code + u64::from(entry.offset);
            let before = never.partition_point(|body| body.end <= place);
            if never.get(before).is_some_and(|body| body.start <= place) {
                continue;
            }
            count += 1;
            entries.push(entry.ty as u8);
            entry.offset.encode(&mut entries);
            entry.index.encode(&mut entries);
            if entry.ty.addend_kind() != wasmparser::RelocAddendKind::None {
                entry.addend.encode(&mut entries);
            }
        }
        let mut data = Vec::new();
        read.section_index().encode(&mut data);
        count.encode(&mut data);
        data.extend(entries);
        let mut section = vec![0];
        CustomSection {
            name: Cow::Borrowed("reloc.CODE"),
            data: Cow::Owned(data),
        }
        .encode(&mut section);
        Ok(section)
    }
}

#[cfg(test)]
mod tests {
    use super::never_runs;

    #[test]
    fn only_the_way_itself_is_emptied() {
        let any =
            "_ZN53_$LT$T$u20$as$u20$tachys..view..any_view..IntoAny$GT$8into_any13hydrate_async";
        let closure = "28_$u7b$$u7b$closure$u7d$$u7d$";
        let hash = "17h33ac51f21bc2f07dE";
        assert!(never_runs(&format!("{any}{hash}")));
        assert!(never_runs(&format!("{any}{closure}{hash}")));
        // Shared with the way that is taken, or merely about it.
        assert!(!never_runs(&format!("{any}{closure}7inner_2{hash}")));
        assert!(!never_runs(&format!(
            "_ZN4core3ptr42drop_in_place$LT$Suspend..hydrate_async..$u7b$$u7b$closure$u7d$$u7d$$GT${hash}"
        )));
        assert!(!never_runs(&format!("_ZN6tachys4view7hydrate{hash}")));
    }
}
