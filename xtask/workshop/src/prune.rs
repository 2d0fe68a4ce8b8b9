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

/// Part of the mangled name of every function of the way that is not taken.
const NEVER: &str = "hydrate_async";
/// The door to it. While this is in the module, somebody may take it.
const DOOR: &str = "hydrate_lazy";

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
    if named(&module, DOOR).next().is_some() {
        bail!("the page hydrates lazily now, so {NEVER} is called: take prune.rs out of bind.rs");
    }
    let never: Vec<FunctionId> = named(&module, NEVER).collect();
    ensure!(
        !never.is_empty(),
        "no function is named like {NEVER} any more: prune.rs has nothing left to do"
    );
    for id in never {
        empty(&mut module, id)?;
    }
    Ok(module)
}

/// The functions with a body whose name contains a text.
fn named<'a>(module: &'a Module, text: &'a str) -> impl Iterator<Item = FunctionId> + 'a {
    let has = move |name: &Option<String>| name.as_ref().is_some_and(|name| name.contains(text));
    module
        .funcs
        .iter()
        .filter(move |function| has(&function.name))
        .filter(|function| matches!(function.kind, FunctionKind::Local(_)))
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
