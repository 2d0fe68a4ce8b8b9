//! AVIF through the AV1 decoder rav1d.
//!
//! rav1d is a C decoder translated to Rust and keeps that decoder's entry points: a panic behind one
//! of them ends the process instead of unwinding. So this runs only in a process of its own, see
//! [`crate::avif_as_png`].
//!
//! The container is read by `avif-parse`; how samples become colours is ITU-T H.273, section 8.3.

use av_data::pixel::{MatrixCoefficients, YUVRange};
use domain::image::Format;
use image::metadata::Orientation;
use re_rav1d::{Decoder, Picture, PixelLayout, PlanarImageComponent as Component, Settings};

use super::Decoded;
use crate::{
    colour::Colours,
    error::{MediaError, Part},
    limits::Limits,
    raster::Raster,
};

/// Decodes the first picture of an AVIF file.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, MediaError> {
    let mut reader = bytes;
    let file = avif_parse::read_avif(&mut reader).map_err(|_| damaged(Part::Header))?;
    let claimed = file
        .primary_item_metadata()
        .map_err(|_| damaged(Part::Header))?;
    limits.check(
        claimed.max_frame_width.get(),
        claimed.max_frame_height.get(),
        4,
    )?;
    let colour = frame(&file.primary_item, limits)?;
    let alpha = match &file.alpha_item {
        Some(item) => Some(frame(item, limits)?),
        None => None,
    };
    let alpha = alpha
        .as_ref()
        .filter(|alpha| (alpha.width(), alpha.height()) == (colour.width(), colour.height()));
    let mut raster = pixels(&colour, alpha)?;
    if file.premultiplied_alpha {
        divide_by_alpha(&mut raster);
    }
    Ok(Decoded {
        raster,
        orientation: Orientation::NoTransforms,
        colours: Colours::from_codes(
            colour.color_primaries() as u8,
            colour.transfer_characteristic() as u8,
        ),
        complete: true,
    })
}

fn damaged(part: Part) -> MediaError {
    MediaError::Damaged {
        format: Format::Avif,
        part,
    }
}

/// The first frame of an AV1 stream.
fn frame(stream: &[u8], limits: &Limits) -> Result<Picture, MediaError> {
    let broken = |_| damaged(Part::Pixels);
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_frame_size_limit(u32::try_from(limits.max_pixels).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(broken)?;
    match decoder.send_data(stream.to_vec(), None, None, None) {
        Ok(()) => {}
        Err(error) if error.is_again() => {}
        Err(error) => return Err(broken(error)),
    }
    let picture = decoder.get_picture().map_err(broken)?;
    // What the stream says about itself may differ from what its first header claimed.
    limits.check(picture.width(), picture.height(), 4)?;
    Ok(picture)
}

/// One plane of samples, of which each stands for a number between 0 and 1.
struct Plane {
    samples: re_rav1d::Plane,
    /// Bytes of a row.
    stride: usize,
    /// By how much positions of the picture are halved, along and down.
    halved: (u32, u32),
    wide: bool,
    /// Subtracted from a sample, and what the rest is divided by.
    zero: f32,
    span: f32,
}

impl Plane {
    fn new(picture: &Picture, component: Component) -> Result<Self, MediaError> {
        let depth = picture.bits_per_component().ok_or(damaged(Part::Header))?.0;
        let (one, most) = ((1_u32 << (depth - 8)) as f32, ((1_u32 << depth) - 1) as f32);
        let middle = (1_u32 << (depth - 1)) as f32;
        let full = matches!(picture.color_range(), YUVRange::Full);
        let (luma, layout) = (component == Component::Y, picture.pixel_layout());
        // GBR keeps all three planes like luma.
        let level = luma || picture.matrix_coefficients() == MatrixCoefficients::Identity;
        let (zero, span) = match (level, full) {
            (true, true) => (0.0, most),
            (true, false) => (16.0 * one, 219.0 * one),
            (false, true) => (middle, most),
            (false, false) => (middle, 224.0 * one),
        };
        let halved = match (luma, layout) {
            (false, PixelLayout::I420) => (1, 1),
            (false, PixelLayout::I422) => (1, 0),
            _ => (0, 0),
        };
        Ok(Self {
            samples: picture.plane(component),
            stride: picture.stride(component) as usize,
            halved,
            wide: depth > 8,
            zero,
            span,
        })
    }

    /// The value at a position of the picture.
    fn at(&self, x: u32, y: u32) -> f32 {
        let (x, y) = ((x >> self.halved.0) as usize, (y >> self.halved.1) as usize);
        let row = y * self.stride;
        let sample = if self.wide {
            let at = row + 2 * x;
            self.samples
                .get(at..at + 2)
                .map_or(0, |pair| u16::from_ne_bytes([pair[0], pair[1]]))
        } else {
            self.samples.get(row + x).copied().map_or(0, u16::from)
        };
        (f32::from(sample) - self.zero) / self.span
    }
}

/// The picture with 8 bits for each channel.
fn pixels(picture: &Picture, alpha: Option<&Picture>) -> Result<Raster, MediaError> {
    let (width, height) = (picture.width(), picture.height());
    let luma = Plane::new(picture, Component::Y)?;
    let chroma = match picture.pixel_layout() {
        PixelLayout::I400 => None,
        _ => Some((
            Plane::new(picture, Component::U)?,
            Plane::new(picture, Component::V)?,
        )),
    };
    let opacity = alpha
        .map(|alpha| Plane::new(alpha, Component::Y))
        .transpose()?;
    let colour = rule(picture.matrix_coefficients())?;
    let depth = 3 + usize::from(opacity.is_some());
    let mut pixels = Vec::with_capacity(width as usize * height as usize * depth);
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    for y in 0..height {
        for x in 0..width {
            let level = luma.at(x, y);
            let rgb = match &chroma {
                None => [level; 3],
                Some((u, v)) => colour.apply(level, u.at(x, y), v.at(x, y)),
            };
            pixels.extend(rgb.map(byte));
            if let Some(opacity) = &opacity {
                pixels.push(byte(opacity.at(x, y)));
            }
        }
    }
    Ok(Raster {
        width,
        height,
        alpha: opacity.is_some(),
        pixels,
    })
}

/// How three samples become red, green and blue.
enum Rule {
    /// The planes are green, blue and red.
    Gbr,
    /// Luma and two colour differences, with the shares of red and of blue in luma.
    Differences(f32, f32),
}

fn rule(matrix: MatrixCoefficients) -> Result<Rule, MediaError> {
    Ok(match matrix {
        MatrixCoefficients::Identity => Rule::Gbr,
        MatrixCoefficients::BT709 => Rule::Differences(0.2126, 0.0722),
        MatrixCoefficients::BT470M => Rule::Differences(0.30, 0.11),
        MatrixCoefficients::ST240M => Rule::Differences(0.212, 0.087),
        MatrixCoefficients::BT2020NonConstantLuminance => Rule::Differences(0.2627, 0.0593),
        // What MIAF (ISO/IEC 23000-22) says where nothing is said.
        MatrixCoefficients::Unspecified
        | MatrixCoefficients::BT470BG
        | MatrixCoefficients::ST170M => Rule::Differences(0.299, 0.114),
        _ => {
            return Err(MediaError::Unsupported {
                format: Format::Avif,
            });
        }
    })
}

impl Rule {
    fn apply(&self, first: f32, second: f32, third: f32) -> [f32; 3] {
        match *self {
            Self::Gbr => [third, first, second],
            Self::Differences(of_red, of_blue) => {
                let red = first + 2.0 * (1.0 - of_red) * third;
                let blue = first + 2.0 * (1.0 - of_blue) * second;
                let green = (first - of_red * red - of_blue * blue) / (1.0 - of_red - of_blue);
                [red, green, blue]
            }
        }
    }
}

fn divide_by_alpha(raster: &mut Raster) {
    if !raster.alpha {
        return;
    }
    for pixel in raster.pixels.as_chunks_mut::<4>().0 {
        let alpha = u32::from(pixel[3]).max(1);
        for channel in &mut pixel[..3] {
            *channel = (u32::from(*channel) * 255 / alpha).min(255) as u8;
        }
    }
}
