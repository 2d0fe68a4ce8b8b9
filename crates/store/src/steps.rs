//! Statements in a row.

use crate::sql::Arg;

/// Statements whose answers nobody needs, one after the other. Each has its own placeholders from `$1` on.
#[derive(Debug, Default)]
pub(crate) struct Steps(Vec<(String, Vec<Arg>)>);

impl Steps {
    /// Adds a statement.
    pub(crate) fn then(&mut self, text: impl Into<String>, args: Vec<Arg>) {
        self.0.push((text.into(), args));
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them as one text with one list of arguments.
    pub(crate) fn joined(self) -> (String, Vec<Arg>) {
        let mut whole = String::new();
        let mut all = Vec::new();
        for (text, args) in self.0 {
            if !whole.is_empty() {
                whole.push_str("; ");
            }
            renumber(&text, all.len(), &mut whole);
            all.extend(args);
        }
        (whole, all)
    }
}

impl IntoIterator for Steps {
    type Item = (String, Vec<Arg>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Appends a statement with each number of a placeholder raised.
fn renumber(text: &str, by: usize, out: &mut String) {
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('$') {
        let end = tail
            .find(|next: char| !next.is_ascii_digit())
            .unwrap_or(tail.len());
        let (number, after) = tail.split_at(end);
        out.push_str(head);
        out.push('$');
        // What is no number is no placeholder.
        match number.parse::<usize>() {
            Ok(number) => out.push_str(&(number + by).to_string()),
            Err(_) => out.push_str(number),
        }
        rest = after;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::args;

    #[test]
    fn joined_statements_keep_their_own_arguments() {
        let mut steps = Steps::default();
        steps.then("UPDATE a SET b = $2 WHERE c = $1", args![1_i64, 2_i64]);
        steps.then("DELETE FROM a WHERE d = '$.e' AND f = $1", args![3_i64]);
        let (text, args) = steps.joined();
        assert_eq!(
            text,
            "UPDATE a SET b = $2 WHERE c = $1; DELETE FROM a WHERE d = '$.e' AND f = $3"
        );
        assert_eq!(args.len(), 3);
    }
}
