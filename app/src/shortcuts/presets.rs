//! Keys as people know them from elsewhere.

/// A whole set of keys.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// What it is called.
    pub name: &'static str,
    /// What differs from the table, as [`Keymap`](super::Keymap) reads it.
    pub keys: &'static str,
}

/// The table as it is first, then what differs from it.
pub const PRESETS: [Preset; 4] = [
    // Photographers know these: P, X, U, stars and labels as in the programs that they cull with.
    Preset {
        name: "Proofsheet",
        keys: "",
    },
    // X selects, digits are a status, T searches, A is an album, C the workflow.
    Preset {
        name: "SmartGallery",
        keys: "page / / T\n\
               grid Enter Enter V\n\
               page Space Space X\n\
               page P P 1\n\
               page X 2 Shift+X\n\
               page U U 0\n\
               page 1 Alt+1\n\
               page 2 Alt+2\n\
               page 3 Alt+3\n\
               page 4 Alt+4\n\
               page 5 Alt+5\n\
               page 0 Alt+0\n\
               page T Shift+T\n\
               page B B A\n\
               page W W C\n\
               picture I I N\n\
               cull C V",
    },
    // X selects, L is an album.
    Preset {
        name: "Immich",
        keys: "page Space Space X\n\
               page X Shift+X\n\
               page B B L\n\
               picture L Shift+L",
    },
    // Everything of a round of culling under one hand, for a stylus or a mouse in the other.
    Preset {
        name: "Left hand",
        keys: "grid ArrowLeft ArrowLeft A\n\
               grid ArrowRight ArrowRight D\n\
               page P P W\n\
               page X X S\n\
               page U U Q\n\
               page W Shift+W\n\
               picture ArrowLeft ArrowLeft Shift+ArrowLeft A\n\
               picture ArrowRight ArrowRight Shift+ArrowRight D\n\
               cull ArrowRight ArrowRight D\n\
               cull ArrowLeft ArrowLeft A\n\
               duel ArrowLeft ArrowLeft ArrowUp A\n\
               duel ArrowRight ArrowRight ArrowDown D",
    },
];
