//! Colours that belong together: hand-chosen palettes, blended in Oklab so that no step turns grey.

use std::sync::LazyLock;

/// Red, green and blue in sRGB, each from 0 to 1.
pub(crate) type Color = [f32; 3];

/// A palette: its name in words, a ramp from its darkest to its lightest colour, and one accent.
pub(crate) struct Palette {
    /// As a prompt says it: `teal and amber`.
    pub(crate) words: &'static str,
    /// The same in Japanese.
    pub(crate) japanese: &'static str,
    colors: [u32; 5],
    accent: u32,
}

/// The palettes that exist.
pub(crate) const PALETTES: [Palette; 24] = [
    palette(
        "teal and amber",
        "青緑と琥珀",
        [0x0b_1d26, 0x12_505b, 0x2a_9d8f, 0xe9_c46a, 0xf9_e2b4],
        0xe7_6f51,
    ),
    palette(
        "indigo and rose",
        "藍と薔薇",
        [0x14_122b, 0x3a_2d6b, 0x7d_4fa0, 0xe0_7a9f, 0xff_d9d0],
        0xff_b347,
    ),
    palette(
        "midnight blue and gold",
        "紺と金",
        [0x0a_0f1f, 0x1b_2a49, 0x46_5881, 0xc9_a24b, 0xf6_e3b0],
        0xf2_c14e,
    ),
    palette(
        "terracotta and sage",
        "赤土とセージ",
        [0x2b_1d17, 0x7a_3e2b, 0xc8_694a, 0xd9_b08c, 0xef_e8d4],
        0x87_a878,
    ),
    palette(
        "black ink and vermilion",
        "墨と朱",
        [0x16_161a, 0x3b_3a40, 0x8a_8580, 0xd8_d0c2, 0xf5_efe4],
        0xd7_402b,
    ),
    palette(
        "moss and fog",
        "苔と霧",
        [0x13_201a, 0x2f_4a3a, 0x5f_7f63, 0xa9_bda2, 0xee_f1e6],
        0xd9_a441,
    ),
    palette(
        "coral and lagoon blue",
        "珊瑚と潟",
        [0x0d_2b3e, 0x12_677d, 0x3f_b7b0, 0xf7_a48b, 0xff_e7d8],
        0xff_6b5e,
    ),
    palette(
        "violet and lime",
        "菫とライム",
        [0x17_102b, 0x42_307d, 0x8a_63c7, 0xc3_d94e, 0xf3_f7c8],
        0xff_7ac6,
    ),
    palette(
        "plum and peach",
        "李と桃",
        [0x24_101f, 0x5b_2245, 0xa8_456b, 0xef_9273, 0xfd_e0c0],
        0x5e_c2b7,
    ),
    palette(
        "slate and copper",
        "石板と銅",
        [0x14_181c, 0x37_424b, 0x71_818c, 0xc0_7f4f, 0xf0_d6b8],
        0xe2_572b,
    ),
    palette(
        "cobalt and lemon",
        "コバルトと檸檬",
        [0x0a_1440, 0x1c_3fa8, 0x4c_86e8, 0xf5_d547, 0xff_f6cf],
        0xff_5d3a,
    ),
    palette(
        "cherry blossom and smoke",
        "桜と煙",
        [0x2a_2429, 0x6d_5a67, 0xb9_8ba0, 0xf2_b8c6, 0xfd_eff0],
        0x7f_ae9a,
    ),
    palette(
        "ember and charcoal",
        "熾火と炭",
        [0x12_0c0b, 0x3c_1612, 0x8d_2a16, 0xe2_642b, 0xff_c46b],
        0xff_f1cf,
    ),
    palette(
        "glacier and navy",
        "氷河と濃紺",
        [0x07_1626, 0x12_3a5c, 0x3f_7fae, 0x9f_d0e6, 0xf1_fafc],
        0xf5_8f5b,
    ),
    palette(
        "olive and bone",
        "オリーブと骨色",
        [0x1c_1c12, 0x4b_4b2a, 0x8b_8b52, 0xcf_c9a0, 0xf5_f1e0],
        0xb4_482f,
    ),
    palette(
        "mint and graphite",
        "薄荷と黒鉛",
        [0x10_1616, 0x2a_3b3b, 0x4f_8a80, 0x9f_e0c8, 0xef_fcf4],
        0xf5_b95f,
    ),
    palette(
        "ochre and ultramarine",
        "黄土と群青",
        [0x0f_1435, 0x26_339a, 0x5f_6fd0, 0xd9_a033, 0xf7_e6bf],
        0xe4_572e,
    ),
    palette(
        "orchid and jade",
        "蘭と翡翠",
        [0x0f_1f1d, 0x12_5b4f, 0x3f_a58a, 0xd7_8fd0, 0xf9_def2],
        0xff_d166,
    ),
    palette(
        "sand and sea",
        "砂と海",
        [0x15_303a, 0x2f_6f7e, 0x7f_b3b0, 0xe0_cfa5, 0xfa_f4e3],
        0xe0_7a4a,
    ),
    palette(
        "mulberry and cream",
        "桑の実とクリーム",
        [0x1f_0d17, 0x57_1b38, 0x9c_3a58, 0xdf_a3a0, 0xfa_f0e4],
        0x3f_8f8a,
    ),
    palette(
        "neon pink and asphalt",
        "ネオンとアスファルト",
        [0x0a_0a12, 0x1d_1b3a, 0x5c_2a9d, 0xff_4f9a, 0xff_d6c9],
        0x5c_e1e6,
    ),
    palette(
        "sunrise lilac and apricot",
        "暁の藤と杏",
        [0x1d_1b3a, 0x6b_3d7c, 0xd9_667b, 0xf9_a66c, 0xfd_e8b0],
        0xff_f3d6,
    ),
    palette(
        "silver and one red",
        "銀と一点の赤",
        [0x0d_0d0e, 0x3a_3a3d, 0x77_777b, 0xb9_b9bb, 0xf4_f4f2],
        0xe3_4f32,
    ),
    palette(
        "autumn rust and straw",
        "秋錆と藁",
        [0x20_140f, 0x6a_2c18, 0xb5_541f, 0xe0_a030, 0xf3_e2b3],
        0x4f_7a5b,
    ),
];

const fn palette(
    words: &'static str,
    japanese: &'static str,
    colors: [u32; 5],
    accent: u32,
) -> Palette {
    Palette {
        words,
        japanese,
        colors,
        accent,
    }
}

const STEPS: usize = 256;

/// A palette made ready for painting: any tone of its ramp is one look-up.
pub(crate) struct Ramp {
    tones: [Color; STEPS],
    /// The colour that may stand alone against all others.
    pub(crate) accent: Color,
}

static RAMPS: LazyLock<Vec<Ramp>> =
    LazyLock::new(|| PALETTES.iter().map(Ramp::of_palette).collect());

impl Ramp {
    /// The ramp of `PALETTES[index]`.
    pub(crate) fn of(index: usize) -> &'static Self {
        &RAMPS[index % PALETTES.len()]
    }

    fn of_palette(palette: &Palette) -> Self {
        let stops = palette.colors.map(|color| oklab(rgb(color)));
        let mut tones = [[0.0; 3]; STEPS];
        for (index, tone) in tones.iter_mut().enumerate() {
            let place = index as f32 / (STEPS - 1) as f32 * (stops.len() - 1) as f32;
            let low = (place as usize).min(stops.len() - 2);
            *tone = srgb(blend(stops[low], stops[low + 1], place - low as f32));
        }
        Self {
            tones,
            accent: rgb(palette.accent),
        }
    }

    /// The tone at `t`: 0 is the darkest, 1 the lightest; outside values are clamped.
    #[inline]
    pub(crate) fn tone(&self, t: f32) -> Color {
        self.tones[(t.clamp(0.0, 1.0) * (STEPS - 1) as f32 + 0.5) as usize]
    }
}

/// A straight blend: 0 is `a`, 1 is `b`.
#[inline]
pub(crate) fn blend(a: Color, b: Color, t: f32) -> Color {
    [
        a[0] + (b[0] - a[0]) * t,
        a[1] + (b[1] - a[1]) * t,
        a[2] + (b[2] - a[2]) * t,
    ]
}

/// A colour made lighter (above 1) or darker (below 1).
#[inline]
pub(crate) fn scale(color: Color, by: f32) -> Color {
    color.map(|channel| channel * by)
}

fn rgb(hex: u32) -> Color {
    [16, 8, 0].map(|shift| (hex >> shift & 0xff) as f32 / 255.0)
}

/// To Oklab, by the matrices that Björn Ottosson published.
fn oklab(color: Color) -> Color {
    let [r, g, b] = color.map(|c| {
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

fn srgb([lightness, a, b]: Color) -> Color {
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
    .map(|c| {
        let c = c.clamp(0.0, 1.0);
        if c <= 0.003_130_8 {
            c * 12.92
        } else {
            1.055 * c.powf(1.0 / 2.4) - 0.055
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oklab_there_and_back_changes_nothing() {
        for hex in [0x00_0000, 0xff_ffff, 0x2a_9d8f, 0xe7_6f51, 0x0b_1d26] {
            let (before, after) = (rgb(hex), srgb(oklab(rgb(hex))));
            for channel in 0..3 {
                assert!(
                    (before[channel] - after[channel]).abs() < 0.005,
                    "{hex:06x}"
                );
            }
        }
    }

    #[test]
    fn every_ramp_goes_from_dark_to_light() {
        for (index, palette) in PALETTES.iter().enumerate() {
            let light = |t| oklab(Ramp::of(index).tone(t))[0];
            assert!(light(0.0) < 0.35 && light(1.0) > 0.8, "{}", palette.words);
            assert!(light(0.25) < light(0.75));
        }
    }
}
