//! Leaves out of the page what can never run in it.
//!
//! Leptos 0.8 can take over a page in two ways: at once (`hydrate_body`, which `frontend` calls) or
//! step by step, waiting for parts of the program that are loaded later (`hydrate_lazy`, which nothing
//! here calls). Every view carries both in its table of functions, so the linker keeps both; the
//! second way is a fifth of the module. Its functions are emptied here, and what only they reach falls
//! away when wasm-bindgen collects garbage. Leptos 0.9 makes the second way a feature; then this file
//! can go.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module, ModuleConfig, ValType};

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
/// ones can look like something else by chance, so bodies of fewer instructions are left alone.
const SHORT: u64 = 40;

/// Reads a compiled page and empties the functions that nothing calls.
///
/// # Errors
/// When the page hydrates lazily after all, or names nothing that could be left out: then this has
/// become wrong or useless, and somebody should look.
pub(crate) fn pruned(wasm: &Path) -> Result<Module> {
    // The settings that wasm-bindgen would have used.
    let mut module = ModuleConfig::new()
        .generate_dwarf(false)
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse_file(wasm)
        .with_context(|| format!("reading {}", wasm.display()))?;
    ensure!(
        named(&module, |name| name.contains(DOOR)).next().is_none(),
        "the page hydrates lazily now, so what prune.rs empties is called: take it out of bind.rs"
    );
    let never: Vec<FunctionId> = named(&module, never_runs).collect();
    ensure!(
        !never.is_empty(),
        "no function is named like {NEVER:?} any more: prune.rs has nothing left to do"
    );
    for id in never {
        empty(&mut module, id)?;
    }
    Ok(module)
}

/// Whether a mangled name (`_ZN` path, `17h` hash, `E`) is of a function that never runs.
fn never_runs(name: &str) -> bool {
    let path = name.rsplit_once("17h").map_or(name, |(path, _)| path);
    NEVER.iter().any(|end| path.ends_with(end))
}

/// The functions with a body worth emptying whose name fits.
fn named(module: &Module, fits: fn(&str) -> bool) -> impl Iterator<Item = FunctionId> + '_ {
    let long = |kind: &FunctionKind| match kind {
        FunctionKind::Local(body) => body.size() >= SHORT,
        _ => false,
    };
    module
        .funcs
        .iter()
        .filter(move |function| function.name.as_deref().is_some_and(fits))
        .filter(move |function| long(&function.kind))
        .map(walrus::Function::id)
}

/// Replaces the body of a function by a trap.
fn empty(module: &mut Module, id: FunctionId) -> Result<()> {
    let ty = module.types.get(module.funcs.get(id).ty());
    let (params, results): (Vec<ValType>, Vec<ValType>) =
        (ty.params().to_vec(), ty.results().to_vec());
    let mut trap = FunctionBuilder::new(&mut module.types, &params, &results);
    trap.func_body().unreachable();
    let arguments = params.iter().map(|ty| module.locals.add(*ty)).collect();
    let body = trap.local_func(arguments);
    match &mut module.funcs.get_mut(id).kind {
        FunctionKind::Local(local) => *local = body,
        _ => bail!("only a function with a body can be emptied"),
    }
    Ok(())
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
