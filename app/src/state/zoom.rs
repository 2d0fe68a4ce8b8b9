//! Where an open picture lies on its stage: fitting, zooming about a point, moving within bounds.

/// How far beyond its own pixels a small picture is enlarged to fit, at most.
const ENLARGE: f64 = 2.0;

/// The stage and the picture on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Width and height of the stage in CSS pixels.
    pub stage: (f64, f64),
    /// Width and height of the picture in its own pixels.
    pub picture: (f64, f64),
    /// Device pixels per CSS pixel.
    pub ratio: f64,
}

/// Where the picture lies: CSS pixels per picture pixel, and its upper left corner on the stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// CSS pixels per picture pixel.
    pub scale: f64,
    /// Distance from the stage's left edge.
    pub x: f64,
    /// Distance from the stage's upper edge.
    pub y: f64,
}

impl Frame {
    /// The scale at which one picture pixel is one device pixel.
    pub fn whole(&self) -> f64 {
        1.0 / self.ratio
    }

    /// The scale at which all of the picture is seen.
    pub fn fit_scale(&self) -> f64 {
        let fill = (self.stage.0 / self.picture.0).min(self.stage.1 / self.picture.1);
        fill.min(self.whole() * ENLARGE).max(f64::MIN_POSITIVE)
    }

    /// All of the picture, in the middle.
    pub fn fit(&self) -> Place {
        self.bounded(Place {
            scale: self.fit_scale(),
            x: 0.0,
            y: 0.0,
        })
    }

    /// The smallest and largest scale: an eighth and eight times, and always what fits.
    fn limits(&self) -> (f64, f64) {
        let fit = self.fit_scale();
        ((self.whole() / 8.0).min(fit), (self.whole() * 8.0).max(fit))
    }

    /// Closer or farther about a point of the stage, which stays where it is.
    pub fn zoom(&self, place: Place, factor: f64, about: (f64, f64)) -> Place {
        let (least, most) = self.limits();
        let scale = (place.scale * factor).clamp(least, most);
        let times = scale / place.scale;
        self.bounded(Place {
            scale,
            x: about.0 - (about.0 - place.x) * times,
            y: about.1 - (about.1 - place.y) * times,
        })
    }

    /// Between all of the picture and its own pixels, about a point of the stage.
    pub fn toggle(&self, place: Place, about: (f64, f64)) -> Place {
        if self.is_zoomed(place) {
            return self.fit();
        }
        let target = self.whole();
        // Where the pixels are no larger than the fitting picture, twice as close is meant.
        let target = if target > place.scale * 1.05 {
            target
        } else {
            place.scale * 2.0
        };
        self.zoom(place, target / place.scale, about)
    }

    /// Moved by a distance, without leaving the stage.
    pub fn moved(&self, place: Place, by: (f64, f64)) -> Place {
        self.bounded(Place {
            x: place.x + by.0,
            y: place.y + by.1,
            ..place
        })
    }

    /// Whether more than the fitting picture is shown.
    pub fn is_zoomed(&self, place: Place) -> bool {
        place.scale > self.fit_scale() * 1.01
    }

    /// Percent of the picture's own pixels.
    pub fn percent(&self, place: Place) -> u32 {
        (place.scale / self.whole() * 100.0).round() as u32
    }

    /// Along each axis either in the middle, or covering the stage.
    fn bounded(&self, place: Place) -> Place {
        let axis = |at: f64, stage: f64, picture: f64| {
            let length = picture * place.scale;
            if length <= stage {
                (stage - length) / 2.0
            } else {
                at.clamp(stage - length, 0.0)
            }
        };
        Place {
            scale: place.scale,
            x: axis(place.x, self.stage.0, self.picture.0),
            y: axis(place.y, self.stage.1, self.picture.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame {
        stage: (1_000.0, 800.0),
        picture: (2_000.0, 3_000.0),
        ratio: 1.0,
    };

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6
    }

    #[test]
    fn a_fitting_picture_is_whole_and_in_the_middle() {
        let place = FRAME.fit();
        assert!(close(place.scale, 800.0 / 3_000.0));
        assert!(close(place.y, 0.0));
        assert!(close(place.x, (1_000.0 - 2_000.0 * place.scale) / 2.0));
        assert!(!FRAME.is_zoomed(place));
    }

    #[test]
    fn a_small_picture_is_enlarged_only_so_far() {
        let frame = Frame {
            picture: (64.0, 64.0),
            ..FRAME
        };
        assert!(close(frame.fit().scale, 2.0));
        assert_eq!(frame.percent(frame.fit()), 200);
    }

    #[test]
    fn the_point_under_the_pointer_stays() {
        let place = FRAME.zoom(FRAME.fit(), 6.0, (500.0, 400.0));
        let about = (300.0, 250.0);
        let under = (
            (about.0 - place.x) / place.scale,
            (about.1 - place.y) / place.scale,
        );
        let closer = FRAME.zoom(place, 1.5, about);
        assert!(close((about.0 - closer.x) / closer.scale, under.0));
        assert!(close((about.1 - closer.y) / closer.scale, under.1));
    }

    #[test]
    fn zoom_ends_at_eight_times_and_moving_at_the_edges() {
        let place = FRAME.zoom(FRAME.fit(), 1_000.0, (0.0, 0.0));
        assert_eq!(FRAME.percent(place), 800);
        let far = FRAME.moved(place, (1e9, -1e9));
        assert!(close(far.x, 0.0));
        assert!(close(far.y, 800.0 - 3_000.0 * place.scale));
        let least = FRAME.zoom(place, 1e-9, (0.0, 0.0));
        assert_eq!(FRAME.percent(least), 13);
    }

    #[test]
    fn toggling_goes_to_the_pixels_and_back() {
        let whole = FRAME.toggle(FRAME.fit(), (500.0, 400.0));
        assert_eq!(FRAME.percent(whole), 100);
        assert_eq!(FRAME.toggle(whole, (0.0, 0.0)), FRAME.fit());
    }
}
