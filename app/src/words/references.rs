//! What is said of pictures that others were made from.

use super::count;

/// Names the pictures that a recipe loads.
pub fn title(number: usize) -> &'static str {
    if number == 1 {
        "Reference image"
    } else {
        "Reference images"
    }
}

/// The link to what was made from a picture.
pub fn used_by(pictures: u64) -> String {
    match pictures {
        1 => "Used by one picture".to_owned(),
        number => format!("Used by {} pictures", count(number)),
    }
}

/// Said of an input that is not known.
pub const UNKNOWN: &str = "In no folder of reference images here.";
/// Said of an input that is a picture of the library.
pub const MADE: &str = "A picture of the library";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_counted() {
        assert_eq!(used_by(1), "Used by one picture");
        assert_eq!(used_by(12_431), "Used by 12,431 pictures");
        assert_eq!(
            (title(1), title(2)),
            ("Reference image", "Reference images")
        );
    }
}
