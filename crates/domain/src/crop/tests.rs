use proptest::prelude::*;

use super::*;

fn frame(width: u32, height: u32) -> Frame {
    Frame { width, height }
}

fn areas() -> impl Strategy<Value = Area> {
    let edge = || prop_oneof![Just(-0.5), Just(0.0), Just(1.0), Just(f64::NAN), -0.2..1.2];
    (edge(), edge(), edge(), edge())
        .prop_map(|(left, top, right, bottom)| Area::from_edges(left, top, right, bottom))
}

fn frames() -> impl Strategy<Value = Frame> {
    let edge = || prop_oneof![Just(1_u32), Just(2), 1_u32..5_000, Just(16_383)];
    (edge(), edge()).prop_map(|(width, height)| frame(width, height))
}

fn poses() -> impl Strategy<Value = Pose> {
    (any::<bool>(), 0_u8..4, -MOST_TILT..=MOST_TILT).prop_map(|(flip, turns, tilt)| Pose {
        flip,
        turns,
        tilt,
    })
}

fn crops() -> impl Strategy<Value = Crop> {
    let size = proptest::option::of((1..=MOST_EDGE, 1..=MOST_EDGE));
    (areas(), poses(), size).prop_map(|(area, pose, size)| Crop {
        area,
        pose,
        size: size.map(|(width, height)| frame(width, height)),
        ..Crop::whole("a")
    })
}

fn grips() -> impl Strategy<Value = Grip> {
    (0..=Grip::ALL.len()).prop_map(|at| *Grip::ALL.get(at).unwrap_or(&Grip::BODY))
}

fn ratios() -> impl Strategy<Value = Ratio> {
    (1_u32..40, 1_u32..40).prop_map(|(width, height)| Ratio::new(width, height).unwrap())
}

/// An area can be one millionth wide, so its ratio is only as exact as a millionth is small beside it.
fn assert_shape(area: Area, ratio: Ratio, of: Frame) {
    let (width, height) = (f64::from(area.width()), f64::from(area.height()));
    let (wide, high) = (width * f64::from(of.width), height * f64::from(of.height));
    let slack = 1.5 / width + 1.5 / height;
    let off = (wide / high / ratio.value()).ln().abs();
    assert!(
        off <= slack,
        "{area:?} of {of:?} is no {ratio}: {off} of {slack}"
    );
}

proptest! {
    #[test]
    fn a_key_reads_as_what_it_was_made_from(crop in crops()) {
        let read = Crop::from_key(&crop.key()).unwrap();
        prop_assert_eq!(read, Crop { name: String::new(), ..crop });
    }

    #[test]
    fn crops_read_as_what_they_were_written_from(
        crops in proptest::collection::vec((crops(), proptest::option::of(ratios()), "[a-z:]{1,9}( [a-z]{1,5})?"), 0..5),
    ) {
        let named = |(crop, ratio, name): (Crop, Option<Ratio>, String)| Crop { name, ratio, ..crop };
        let crops: Vec<Crop> = crops.into_iter().map(named).collect();
        prop_assert_eq!(list_of(&list_text(&crops)), Some(crops));
    }

    #[test]
    fn no_text_is_fatal_and_only_keys_are_read(text in "\\PC{0,40}") {
        let _ = list_of(&text);
        if let Some(crop) = Crop::from_key(&text) {
            prop_assert_eq!(crop.key(), text);
        }
    }

    #[test]
    fn the_pixels_of_a_crop_lie_in_its_picture(crop in crops(), of in frames()) {
        let cut = Cut::of(&crop, of).unwrap();
        prop_assert!(cut.kept.width >= 1 && cut.left + cut.kept.width <= cut.turned.width);
        prop_assert!(cut.kept.height >= 1 && cut.top + cut.kept.height <= cut.turned.height);
        let small = cut.within(100);
        prop_assert!((1..=100).contains(&small.size.width) && (1..=100).contains(&small.size.height));
    }

    #[test]
    fn a_straightened_crop_shows_nothing_from_beside_the_picture(
        area in areas(), pose in poses(), of in frames(),
    ) {
        let crop = Crop { area, pose, ..Crop::whole("a") };
        let held = crop.held(of);
        let turned = of.turned(pose.turns);
        let (width, height) = (f64::from(turned.width), f64::from(turned.height));
        let (sin, cos) = pose.radians().sin_cos();
        let [left, top, right, bottom] = held.edges();
        for (x, y) in [(left, top), (right, top), (left, bottom), (right, bottom)] {
            let (x, y) = ((x - 0.5) * width, (y - 0.5) * height);
            let (back_x, back_y) = (x * cos + y * sin, y * cos - x * sin);
            // A millionth of the longer edge is far less than a pixel; an area keeps one of each edge.
            let slack = 4e-6 * width.max(height);
            prop_assert!(back_x.abs() <= width / 2.0 + slack, "{held:?}: {back_x} of {width}");
            prop_assert!(back_y.abs() <= height / 2.0 + slack, "{held:?}: {back_y} of {height}");
        }
    }

    #[test]
    fn an_area_stays_inside_however_it_is_pulled(
        area in areas(), grip in grips(), of in frames(), ratio in proptest::option::of(ratios()),
        right in prop_oneof![-2.0..2.0, Just(f64::NAN), Just(f64::INFINITY)], down in -2.0..2.0,
    ) {
        let pulled = area.pulled(grip, (right, down), ratio, of);
        let [left, top, right, bottom] = pulled.edges();
        prop_assert!(0.0 <= left && left < right && right <= 1.0);
        prop_assert!(0.0 <= top && top < bottom && bottom <= 1.0);
        if grip.is_body() {
            prop_assert_eq!((pulled.width(), pulled.height()), (area.width(), area.height()));
        }
    }

    #[test]
    fn what_is_opposite_stays_where_it_is(
        at in (0.1..0.4, 0.1..0.4, 0.6..0.9, 0.6..0.9), grip in grips(), of in frames(), ratio in ratios(),
        by in (-0.3..0.3, -0.3..0.3),
    ) {
        let area = Area::from_edges(at.0, at.1, at.2, at.3).reshaped(ratio, of);
        let pulled = area.pulled(grip, by, Some(ratio), of);
        if area.width() > 20_000 && area.height() > 20_000 {
            assert_shape(pulled, ratio, of);
        }
        let near = |one: f64, other: f64| (one - other).abs() <= 1e-5;
        let (was, is) = (area.edges(), pulled.edges());
        for (side, first, second) in [(grip.across, 0, 2), (grip.down, 1, 3)] {
            match side {
                Side::First => prop_assert!(near(was[second], is[second])),
                Side::Second => prop_assert!(near(was[first], is[first])),
                Side::Neither => {}
            }
        }
    }

    #[test]
    fn the_largest_area_of_a_ratio_touches_two_edges(of in frames(), ratio in ratios(), x in 0.0..1.0, y in 0.0..1.0) {
        let area = ratio.largest(of, (x, y));
        assert_shape(area, ratio, of);
        prop_assert!(area.width() == WHOLE || area.height() == WHOLE);
        assert_shape(area.reshaped(ratio.turned(), of), ratio.turned(), of);
    }
}

#[test]
fn an_area_that_reaches_out_is_none() {
    assert_eq!(Area::new(0, 0, 0, 1), None);
    assert_eq!(Area::new(1, 0, WHOLE, 1), None);
    assert_eq!(Area::new(u32::MAX, 0, u32::MAX, 1), None);
    assert_eq!(Area::new(0, 0, WHOLE, WHOLE), Some(Area::ALL));
    assert!(serde_json::from_str::<Area>("[0,0,0,5]").is_err());
    assert_eq!(
        serde_json::to_string(&Area::ALL).unwrap(),
        "[0,0,1000000,1000000]"
    );
}

#[test]
fn a_square_of_any_picture_has_as_many_columns_as_rows() {
    let square = Ratio::new(1, 1).unwrap();
    for (width, height) in [(1024, 1536), (1000, 333), (7, 8_191), (832, 1_216)] {
        let of = frame(width, height);
        let crop = Crop {
            area: square.largest(of, (0.3, 0.7)),
            ..Crop::whole("square")
        };
        let cut = Cut::of(&crop, of).unwrap();
        assert_eq!(cut.kept.width, cut.kept.height, "of {width} times {height}");
        assert_eq!(cut.kept.width, width.min(height));
    }
}

#[test]
fn a_crop_is_written_briefly_and_read_with_what_is_not_said() {
    let crop = Crop::whole("all");
    let text = serde_json::to_string(&crop).unwrap();
    assert_eq!(text, r#"{"name":"all","area":[0,0,1000000,1000000]}"#);
    assert_eq!(serde_json::from_str::<Crop>(&text).unwrap(), crop);
    let turned = Crop {
        pose: Pose {
            flip: true,
            turns: 3,
            tilt: -250,
        },
        ratio: Ratio::parse("4 : 5"),
        size: Some(frame(1080, 1350)),
        ..crop
    };
    let text = serde_json::to_string(&turned).unwrap();
    assert_eq!(serde_json::from_str::<Crop>(&text).unwrap(), turned);
    let listed = list_text(std::slice::from_ref(&turned));
    assert_eq!(listed, "0-0-1000000-1000000_m_r3_t-250_s1080x1350 4:5 all");
    assert_eq!(list_of(&listed), Some(vec![turned.clone()]));
    assert_eq!(list_of(""), Some(Vec::new()));
    assert_eq!(list_of("0-0-0-0 * a"), None);
    assert_eq!(turned.key(), "0-0-1000000-1000000_m_r3_t-250_s1080x1350");
}

#[test]
fn what_a_picture_cannot_have_is_told() {
    let named = |name: &str| Crop::whole(name);
    assert_eq!(check(&[named("1:1"), named("4:5")]), Ok(()));
    assert_eq!(check(&[named(" ")]), Err(Refused::Nameless));
    assert_eq!(check(&[named(&"x".repeat(41))]), Err(Refused::LongName));
    assert_eq!(check(&[named("a"), named("a ")]), Err(Refused::SameName));
    let many: Vec<Crop> = (0..33).map(|number| named(&number.to_string())).collect();
    assert_eq!(check(&many), Err(Refused::Many));
    let empty = Crop {
        size: Some(frame(0, 5)),
        ..named("a")
    };
    assert_eq!(check(&[empty]), Err(Refused::Size));
}
