//! From the colours of an embedded profile to sRGB, which is what browsers expect of a thumbnail.

use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, Layout, MatrixCoefficients,
    ProfileText, TransferCharacteristics, TransformOptions,
};

use crate::raster::Raster;

/// Profiles beyond this are not worth reading for a thumbnail; the largest printer profiles in
/// use have about 4 MB.
const MAX_PROFILE: usize = 8 << 20;

/// The colours that the numbers of a picture stand for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Colours {
    /// sRGB, also where nothing is said.
    #[default]
    Srgb,
    /// An ICC profile as found in the file.
    Icc(Vec<u8>),
    /// Numbers of ITU-T H.273 for primaries and transfer characteristics.
    Coded {
        /// Primaries.
        primaries: u8,
        /// Transfer characteristics.
        transfer: u8,
    },
}

impl Colours {
    /// The colours of an optional profile.
    pub(crate) fn from_icc(profile: Option<Vec<u8>>) -> Self {
        profile.map_or(Self::Srgb, Self::Icc)
    }

    /// From numbers of ITU-T H.273; those that mean sRGB or nothing are sRGB.
    pub(crate) fn from_codes(primaries: u8, transfer: u8) -> Self {
        // Transfer 1, 6, 14 and 15 are the curve of television, which everybody shows as sRGB.
        match (primaries, transfer) {
            (0..=2, 0..=2 | 6 | 13..=15) => Self::Srgb,
            (_, 0..=2 | 6 | 14 | 15) => Self::Coded {
                primaries,
                transfer: 13,
            },
            _ => Self::Coded {
                primaries,
                transfer,
            },
        }
    }

    /// The profile to convert from; `None` when nothing has to be done or nothing can be.
    fn profile(&self) -> Option<ColorProfile> {
        match self {
            Self::Srgb => None,
            Self::Icc(bytes) if bytes.len() > MAX_PROFILE => None,
            Self::Icc(bytes) => {
                let profile = ColorProfile::new_from_slice(bytes).ok()?;
                // Grey and CMYK profiles do not fit the RGB that the decoders give.
                (profile.color_space == DataColorSpace::Rgb && !calls_itself_srgb(&profile))
                    .then_some(profile)
            }
            &Self::Coded {
                primaries,
                transfer,
            } => Some(ColorProfile::new_from_cicp(CicpProfile {
                color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
                transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
                matrix_coefficients: MatrixCoefficients::Identity,
                full_range: true,
            })),
        }
    }

    /// The profile that goes along with pixels that stay in the file's own colours. Where there is one that no
    /// file can hold, the pixels are turned into sRGB; `None` is that too.
    pub(crate) fn kept(&self, picture: &mut Raster) -> Option<Vec<u8>> {
        match self {
            Self::Icc(bytes) => self.profile().map(|_| bytes.clone()),
            Self::Srgb => None,
            Self::Coded { .. } => {
                self.convert(picture);
                None
            }
        }
    }

    /// Turns the pixels into sRGB. A profile that cannot be used leaves them as they are, which is
    /// also what browsers do.
    pub(crate) fn convert(&self, picture: &mut Raster) {
        let Some(profile) = self.profile() else {
            return;
        };
        let layout = if picture.alpha {
            Layout::Rgba
        } else {
            Layout::Rgb
        };
        let srgb = ColorProfile::new_srgb();
        let options = TransformOptions::default();
        let Ok(transform) = profile.create_transform_8bit(layout, &srgb, layout, options) else {
            return;
        };
        let mut converted = vec![0; picture.pixels.len()];
        if transform.transform(&picture.pixels, &mut converted).is_ok() {
            picture.pixels = converted;
        }
    }
}

/// Nearly every profile in the wild is some sRGB and says so; those need no work.
fn calls_itself_srgb(profile: &ColorProfile) -> bool {
    let says = |text: &str| text.contains("sRGB");
    match &profile.description {
        Some(ProfileText::PlainString(text)) => says(text),
        Some(ProfileText::Localizable(texts)) => texts.iter().any(|text| says(&text.value)),
        Some(ProfileText::Description(text)) => {
            says(&text.ascii_string) || says(&text.unicode_string)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn red(profile: &ColorProfile) -> [u8; 3] {
        let bytes = profile.encode().expect("a built-in profile");
        let mut picture = Raster {
            width: 1,
            height: 1,
            alpha: false,
            pixels: vec![200, 40, 40],
        };
        Colours::Icc(bytes).convert(&mut picture);
        picture.pixels.try_into().expect("one pixel")
    }

    #[test]
    fn a_wide_red_becomes_a_stronger_srgb_red() {
        let [r, g, b] = red(&ColorProfile::new_display_p3());
        assert!(r > 210 && g < 40 && b < 40, "{r} {g} {b}");
        assert_eq!(red(&ColorProfile::new_srgb()), [200, 40, 40]);
    }

    #[test]
    fn codes_of_a_wide_gamut_convert_and_codes_of_srgb_do_not() {
        assert_eq!(Colours::from_codes(1, 13), Colours::Srgb);
        let mut picture = Raster {
            width: 1,
            height: 1,
            alpha: true,
            pixels: vec![200, 40, 40, 77],
        };
        Colours::from_codes(12, 13).convert(&mut picture);
        assert!(
            picture.pixels[0] > 210 && picture.pixels[3] == 77,
            "{:?}",
            picture.pixels
        );
    }

    #[test]
    fn a_broken_profile_changes_nothing() {
        let mut picture = Raster {
            width: 1,
            height: 1,
            alpha: false,
            pixels: vec![1, 2, 3],
        };
        Colours::Icc(vec![0; 200]).convert(&mut picture);
        Colours::Icc(Vec::new()).convert(&mut picture);
        Colours::Coded {
            primaries: 255,
            transfer: 255,
        }
        .convert(&mut picture);
        assert_eq!(picture.pixels, [1, 2, 3]);
    }
}
