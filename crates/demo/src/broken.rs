//! Files that went wrong, as every real folder has some.

/// How a file of the demo library is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// It ends in the middle of its pixels, after its recipe.
    Truncated,
    /// It has no bytes at all.
    Empty,
    /// A whole picture of another format than its name says.
    WrongExtension,
    /// A note that somebody saved as a picture.
    Garbage,
}

impl Broken {
    const ALL: [Self; 4] = [
        Self::Truncated,
        Self::Empty,
        Self::WrongExtension,
        Self::Garbage,
    ];

    /// Whether and how the file of a number is broken: up to a dozen of a hundred or more files.
    pub(crate) fn of(count: u64, number: u64) -> Option<Self> {
        let every = (count / 12).max(43);
        (count >= 100 && number % every == every / 2)
            .then(|| Self::ALL[(number / every % Self::ALL.len() as u64) as usize])
    }
}

/// The bytes of a file, broken as told; a file without a picture in it is never painted.
pub(crate) fn spoil(broken: Option<Broken>, whole: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    match broken {
        None | Some(Broken::WrongExtension) => whole(),
        Some(Broken::Empty) => Vec::new(),
        Some(Broken::Garbage) => {
            b"These were the settings I liked best, before the disk filled up:\n\
            steps somewhere in the twenties, a low cfg, and patience.\n"
                .to_vec()
        }
        Some(Broken::Truncated) => {
            let mut bytes = whole();
            bytes.truncate(bytes.len() * 7 / 10);
            bytes
        }
    }
}
