//! What the command line asks for.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Size {
    /// A few minutes: ratios only.
    Quick,
    /// What a change is judged by.
    Usual,
    /// With a million pictures.
    Full,
}

impl Size {
    /// Small pictures with recipes of full size.
    pub(super) fn small(self) -> u64 {
        match self {
            Self::Quick => 20_000,
            Self::Usual | Self::Full => 100_000,
        }
    }

    /// Pictures of full size.
    pub(super) fn full(self) -> u64 {
        match self {
            Self::Quick => 200,
            Self::Usual | Self::Full => 1_000,
        }
    }
}

/// The words after `cargo xtask bench --`, understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) size: Size,
    /// Only these stages; all of the size when empty.
    only: Vec<String>,
    /// Figures of an earlier run, to compare with.
    pub(super) baseline: Option<PathBuf>,
    /// Where to draw the figures.
    pub(super) chart: Option<PathBuf>,
}

impl Wish {
    /// `--quick` or `--full`, `--only STAGE` any number of times, `--baseline FILE`, `--chart FILE`;
    /// `--built` is for who calls.
    pub(super) fn understand(words: &[&str], stages: &[&str]) -> Result<Self> {
        let mut wish = Self {
            size: Size::Usual,
            only: Vec::new(),
            baseline: None,
            chart: None,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || {
                let value = words
                    .next()
                    .with_context(|| format!("{word} needs a value"))?;
                anyhow::Ok(*value)
            };
            match *word {
                "--quick" => wish.size = Size::Quick,
                "--full" => wish.size = Size::Full,
                "--only" => {
                    let name = value()?;
                    ensure!(
                        stages.contains(&name),
                        "there is no stage `{name}`; there are {}",
                        stages.join(", ")
                    );
                    wish.only.push(name.to_owned());
                }
                "--baseline" => wish.baseline = Some(value()?.into()),
                "--chart" => wish.chart = Some(value()?.into()),
                "--built" => {}
                other => bail!("`{other}` means nothing to the bench"),
            }
        }
        Ok(wish)
    }

    /// Whether a stage is to run, which runs of this size and larger ones have.
    pub(super) fn has(&self, stage: &str, least: Size) -> bool {
        if self.only.is_empty() {
            self.size >= least
        } else {
            self.only.iter().any(|name| name == stage)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_or_refused() {
        let stages = ["many", "million"];
        let wish = |words: &[&str]| Wish::understand(words, &stages);
        let usual = wish(&["--built"]).unwrap();
        assert!(usual.has("many", Size::Quick) && !usual.has("million", Size::Full));
        let one = wish(&["--only", "million", "--baseline", "a.json"]).unwrap();
        assert!(one.has("million", Size::Full) && !one.has("many", Size::Quick));
        assert_eq!(one.baseline, Some("a.json".into()));
        assert!(wish(&["--only", "few"]).is_err() && wish(&["--only"]).is_err());
        assert!(wish(&["--fast"]).is_err());
    }
}
