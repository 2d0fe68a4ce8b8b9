//! The parameters of one file in few pieces of memory.

use super::{Parameter, Scalar};

/// What names one parameter of a [`ParameterList`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label<'a> {
    /// Id of the node; empty for flat records.
    pub node: &'a str,
    /// Class of the node; empty for flat records.
    pub class: &'a str,
    /// The name that somebody gave the node; empty when it has none of its own.
    pub title: &'a str,
    /// Name of the input or setting.
    pub name: &'a str,
}

/// Parameters in the order of a file.
///
/// Readers make one for every file and most are compared and thrown away, so all their labels are
/// one text. Two lists with the same labels are of one shape: only values can differ.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParameterList {
    /// The four parts of every label, with [`END`] behind each.
    labels: String,
    values: Vec<Scalar>,
}

/// Ends a part of a label. Databases cannot keep it, so parts lose it.
const END: char = '\0';

impl ParameterList {
    /// An empty list with room for so many.
    pub fn with_capacity(parameters: usize) -> Self {
        Self {
            labels: String::with_capacity(parameters * 48),
            values: Vec::with_capacity(parameters),
        }
    }

    /// Adds a parameter. NUL characters of its label are dropped.
    pub fn push(&mut self, label: Label<'_>, value: Scalar) {
        for part in [label.node, label.class, label.title, label.name] {
            if part.contains(END) {
                self.labels.extend(part.split(END));
            } else {
                self.labels.push_str(part);
            }
            self.labels.push(END);
        }
        self.values.push(value);
    }

    /// Number of parameters.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All labels as one text, equal for lists of one shape and for no others.
    pub fn shape(&self) -> &str {
        &self.labels
    }

    /// The values alone.
    pub fn values(&self) -> &[Scalar] {
        &self.values
    }

    /// The values alone, to be changed.
    pub fn values_mut(&mut self) -> &mut [Scalar] {
        &mut self.values
    }

    /// Labels with their values.
    pub fn iter(&self) -> impl Iterator<Item = (Label<'_>, &Scalar)> {
        let mut parts = self.labels.split(END);
        let mut part = move || parts.next().unwrap_or_default();
        self.values.iter().map(move |value| {
            let label = Label {
                node: part(),
                class: part(),
                title: part(),
                name: part(),
            };
            (label, value)
        })
    }

    /// Each as a piece of its own.
    pub fn to_vec(&self) -> Vec<Parameter> {
        let parameter = |(label, value): (Label<'_>, &Scalar)| Parameter {
            node: label.node.to_owned(),
            class: label.class.to_owned(),
            title: label.title.to_owned(),
            name: label.name.to_owned(),
            value: value.clone(),
        };
        self.iter().map(parameter).collect()
    }
}

impl<'a> FromIterator<(Label<'a>, Scalar)> for ParameterList {
    fn from_iter<I: IntoIterator<Item = (Label<'a>, Scalar)>>(all: I) -> Self {
        let mut list = Self::default();
        for (label, value) in all {
            list.push(label, value);
        }
        list
    }
}

impl FromIterator<Parameter> for ParameterList {
    fn from_iter<I: IntoIterator<Item = Parameter>>(all: I) -> Self {
        let mut list = Self::default();
        for one in all {
            list.push(one.label(), one.value.clone());
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_gives_back_what_it_was_given_without_nul_characters() {
        let parameter = |node: &str, name: &str, value| Parameter {
            node: node.to_owned(),
            class: "KSampler".to_owned(),
            title: String::new(),
            name: name.to_owned(),
            value,
        };
        let all = vec![
            parameter("3", "seed", Scalar::Number(7.0)),
            parameter("", "", Scalar::Text("Dünen".to_owned())),
        ];
        let list: ParameterList = all.iter().cloned().collect();
        assert_eq!((list.len(), list.to_vec()), (2, all.clone()));
        let odd: ParameterList = [parameter("\0", "se\0ed", Scalar::Number(1.0))]
            .into_iter()
            .collect();
        assert_eq!(odd.to_vec(), [parameter("", "seed", Scalar::Number(1.0))]);
        let other: ParameterList = all.into_iter().rev().collect();
        assert_ne!(other.shape(), list.shape());
        assert!(ParameterList::default().iter().next().is_none());
    }
}
