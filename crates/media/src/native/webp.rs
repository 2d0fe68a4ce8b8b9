//! Lossy WebP through libwebp.

use libwebp_sys::{
    WebPConfig, WebPEncode, WebPMemoryWrite, WebPMemoryWriter, WebPMemoryWriterClear,
    WebPMemoryWriterInit, WebPPicture, WebPPictureFree, WebPPictureImportRGB,
    WebPPictureImportRGBA, WebPValidateConfig,
};

use crate::raster::Raster;

/// The quality that is taken where nobody says one: visually clean at the size of a grid cell and about 20 %
/// smaller than 85.
pub(crate) const QUALITY: u8 = 78;

/// A third of the time of the library's default 4 for 7 % more bytes. Method 1 takes another third
/// off the largest size, but makes it a fifth larger.
const METHOD: i32 = 2;

/// The longest edge that the format can hold.
const MAX_EDGE: u32 = 16_383;

/// A picture of the library, freed when dropped.
struct Picture(WebPPicture);

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: the picture was initialised by `WebPPicture::new`, and freeing one without
        // pixels is allowed.
        unsafe { WebPPictureFree(&raw mut self.0) }
    }
}

/// Growing memory of the library, freed when dropped.
struct Writer(WebPMemoryWriter);

impl Writer {
    fn new() -> Self {
        let mut writer = WebPMemoryWriter {
            mem: std::ptr::null_mut(),
            size: 0,
            max_size: 0,
            pad: [0],
        };
        // SAFETY: the pointer is to a live value of the right type, which the call only writes.
        unsafe { WebPMemoryWriterInit(&raw mut writer) };
        Self(writer)
    }

    fn to_vec(&self) -> Vec<u8> {
        if self.0.mem.is_null() {
            return Vec::new();
        }
        // SAFETY: the library wrote `size` bytes at `mem` and nothing writes there any more.
        unsafe { std::slice::from_raw_parts(self.0.mem, self.0.size) }.to_vec()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // SAFETY: initialised in `new`; clearing an empty one is allowed.
        unsafe { WebPMemoryWriterClear(&raw mut self.0) }
    }
}

/// The picture as a lossy WebP file of a quality of at most 100, with alpha where a pixel needs it. `None` when it is empty,
/// too large for the format, or the library runs out of memory.
pub(crate) fn encode(raster: &Raster, quality: u8) -> Option<Vec<u8>> {
    let (width, height) = (raster.width, raster.height);
    let stride = width as usize * raster.depth();
    let fits = (1..=MAX_EDGE).contains(&width) && (1..=MAX_EDGE).contains(&height);
    if !fits || raster.pixels.len() != stride * height as usize {
        return None;
    }
    let mut config = WebPConfig::new().ok()?;
    config.quality = f32::from(quality.min(100));
    config.method = METHOD;
    // SAFETY: a live, initialised value that is only read.
    if unsafe { WebPValidateConfig(&raw const config) } == 0 {
        return None;
    }
    let mut writer = Writer::new();
    let mut picture = Picture(WebPPicture::new().ok()?);
    picture.0.width = i32::try_from(width).ok()?;
    picture.0.height = i32::try_from(height).ok()?;
    picture.0.writer = Some(WebPMemoryWrite);
    picture.0.custom_ptr = (&raw mut writer.0).cast();
    let import = if raster.alpha {
        WebPPictureImportRGBA
    } else {
        WebPPictureImportRGB
    };
    let stride = i32::try_from(stride).ok()?;
    // SAFETY: `pixels` holds `height` rows of `stride` bytes, checked above; the picture is
    // initialised and its writer outlives the call. Nothing keeps a pointer to `pixels`.
    let written = unsafe {
        import(&raw mut picture.0, raster.pixels.as_ptr(), stride) != 0
            && WebPEncode(&raw const config, &raw mut picture.0) != 0
    };
    written.then(|| writer.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        let picture = |width, height, bytes| Raster {
            width,
            height,
            alpha: false,
            pixels: vec![7; bytes],
        };
        assert!(encode(&picture(2, 2, 12), QUALITY).is_some());
        assert!(encode(&picture(2, 2, 11), QUALITY).is_none());
        assert!(encode(&picture(0, 2, 0), QUALITY).is_none());
        assert!(encode(&picture(16_384, 1, 16_384 * 3), QUALITY).is_none());
    }
}
