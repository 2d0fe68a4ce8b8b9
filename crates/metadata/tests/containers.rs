//! Where each format keeps its words, and what happens when it is damaged.

mod common;

use common::{
    INFOTEXT, PROMPT, assert_fox, boxed, chunk, deflate, itext, jpeg, mp4, notices, png,
    png_around, read, tag, text, tiff, unicode_comment, webm, webp, ztext,
};
use domain::{image::Format, time::Timestamp};

#[test]
fn png_text_is_found_in_every_kind_of_chunk() {
    for words in [
        text("prompt", PROMPT),
        ztext("prompt", PROMPT.as_bytes()),
        itext("prompt", PROMPT, false),
        itext("prompt", PROMPT, true),
        chunk(*b"comf", format!("prompt\0{PROMPT}").as_bytes()),
        text("parameters", INFOTEXT),
    ] {
        let reading = read(&png(&[words]));
        assert_fox(&reading);
        assert_eq!(
            (reading.format, reading.width, reading.height),
            (Some(Format::Png), 64, 48)
        );
        assert!(
            reading.complete && reading.notices.is_empty(),
            "{:?}",
            reading.notices
        );
    }
}

#[test]
fn png_text_is_found_after_the_pixels_and_after_the_end() {
    assert_fox(&read(&png_around(&[], &text("prompt", PROMPT))));
    let mut file = png(&[]);
    file.extend(text("prompt", PROMPT));
    assert_fox(&read(&file));
    file.extend(b"bytes of somebody else");
    let reading = read(&file);
    assert_fox(&reading);
    assert!(reading.complete);
}

#[test]
fn a_whole_png_stays_whole_whatever_is_behind_it() {
    for behind in [
        &b"\xff\xff\xff\xffabcd and more"[..],
        b"\x00\x00\xff\xffabcd and more",
        b"\x00\x00\x00\x02\x00\x00\x00\x00 and more",
        b"\x00",
    ] {
        let mut file = png(&[text("prompt", PROMPT)]);
        file.extend(behind);
        let reading = read(&file);
        assert_fox(&reading);
        assert!(
            reading.complete && reading.notices.is_empty(),
            "{behind:?}: {:?}",
            reading.notices
        );
    }
}

#[test]
fn png_text_with_a_wrong_checksum_is_read_with_a_notice() {
    let mut words = text("parameters", INFOTEXT);
    *words.last_mut().unwrap() ^= 1;
    let reading = read(&png(&[words]));
    assert_fox(&reading);
    assert_eq!(notices(&reading), ["bad-crc"]);
}

#[test]
fn png_text_may_be_utf8_or_latin1() {
    let info = |fox: &[u8]| {
        let rest = INFOTEXT
            .strip_prefix("a red fox in snow")
            .unwrap()
            .as_bytes();
        read(&png(&[chunk(
            *b"tEXt",
            &[b"parameters\0", fox, rest].concat(),
        )]))
        .recipe
        .positive
    };
    assert_eq!(info("狐 🦊".as_bytes()), "狐 🦊");
    assert_eq!(info(b"caf\xe9"), "café");
}

#[test]
fn a_cut_png_keeps_what_came_before_the_cut() {
    let file = png(&[text("prompt", PROMPT)]);
    let reading = read(&file[..file.len() - 40]);
    assert_fox(&reading);
    assert!(!reading.complete);
    assert_eq!(notices(&reading), ["truncated"]);
    let reading = read(&file[..100]);
    assert!(!reading.complete && reading.recipe.is_empty());
}

#[test]
fn an_impossible_length_ends_the_walk() {
    let mut file = png(&[text("prompt", PROMPT)]);
    file.truncate(file.len() - 12);
    file.extend([0xff, 0xff, 0xff, 0xf0]);
    file.extend(b"tEXt");
    let reading = read(&file);
    assert_fox(&reading);
    assert!(notices(&reading).contains(&"bad-length"));
}

#[test]
fn a_bomb_costs_its_limit_and_not_its_size() {
    let bomb = ztext("workflow", &vec![b'x'; 64 << 20]);
    let reading = read(&png(&[bomb, text("prompt", PROMPT)]));
    assert_fox(&reading);
    assert_eq!(notices(&reading), ["text-limit"]);
    assert!(reading.raw.iter().all(|chunk| chunk.text.len() < 10_000));
}

#[test]
fn many_bombs_share_one_budget() {
    let bomb = ztext("workflow", &vec![b'x'; 3 << 20]);
    let start = std::time::Instant::now();
    read(&png(&vec![bomb; 2000]));
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn animated_png_is_animated() {
    let control = |frames: u32| {
        chunk(
            *b"acTL",
            &[frames.to_be_bytes(), 0_u32.to_be_bytes()].concat(),
        )
    };
    assert!(read(&png(&[control(2)])).animated);
    assert!(!read(&png(&[control(1)])).animated);
}

#[test]
fn exif_user_comments_are_read_in_png_jpeg_and_webp() {
    for big in [true, false] {
        let exif = tiff(&[], None, Some(&unicode_comment(INFOTEXT, big)));
        let prefixed = [b"Exif\0\0", &exif[..]].concat();
        assert_fox(&read(&png(&[chunk(*b"eXIf", &exif)])));
        assert_fox(&read(&jpeg(&[(0xe1, prefixed.clone())])));
        assert_fox(&read(&webp(&[(b"EXIF", exif)])));
        assert_fox(&read(&webp(&[(b"EXIF", prefixed)])));
    }
}

#[test]
fn exif_turns_the_size_and_tells_the_date() {
    let exif = tiff(&[(0x9003, "2026:05:31 14:03:59")], Some(6), None);
    let reading = read(&jpeg(&[(0xe1, [b"Exif\0\0", &exif[..]].concat())]));
    assert_eq!((reading.width, reading.height), (48, 64));
    assert_eq!(
        reading.exif_date,
        Timestamp::from_parts((2026, 5, 31), (14, 3, 59), 0)
    );
    assert!(reading.complete);
}

#[test]
fn exif_that_goes_on_in_a_second_segment_is_joined() {
    let long = format!("{}\n{INFOTEXT}", "x".repeat(70_000));
    let exif = tiff(&[], None, Some(&[b"ASCII\0\0\0", long.as_bytes()].concat()));
    let (first, second) = exif.split_at(60_000);
    let segment = |part: &[u8]| (0xe1, [b"Exif\0\0", part].concat());
    let reading = read(&jpeg(&[segment(first), segment(second)]));
    assert!(reading.recipe.positive.ends_with("a red fox in snow"));
}

#[test]
fn jpeg_comments_are_read() {
    assert_fox(&read(&jpeg(&[(0xfe, INFOTEXT.as_bytes().to_vec())])));
    let envelope = format!(r#"{{"prompt": {PROMPT}, "workflow": {{"nodes": []}}}}"#);
    let reading = read(&jpeg(&[(0xfe, envelope.into_bytes())]));
    assert_fox(&reading);
    assert!(reading.has_workflow);
}

#[test]
fn webp_holds_graphs_in_camera_tags_in_either_order() {
    let (prompt, workflow) = (format!("prompt:{PROMPT}"), r#"workflow:{"nodes": []}"#);
    for (make, model) in [(workflow, prompt.as_str()), (prompt.as_str(), workflow)] {
        let exif = tiff(&[(0x010f, make), (0x0110, model)], None, None);
        let reading = read(&webp(&[(b"EXIF", exif)]));
        assert_fox(&reading);
        assert!(reading.has_workflow);
        assert_eq!((reading.width, reading.height), (64, 48));
    }
}

#[test]
fn webp_frames_make_an_animation() {
    let mut frame = vec![0; 16];
    frame[12] = 100;
    let still = read(&webp(&[(b"ANMF", frame.clone())]));
    assert_eq!((still.animated, still.seconds), (false, None));
    let moving = read(&webp(&[(b"ANMF", frame.clone()), (b"ANMF", frame)]));
    assert_eq!((moving.animated, moving.seconds), (true, Some(0.2)));
}

#[test]
fn mp4_tags_are_read_in_both_lists() {
    let quoted = serde_json::to_string(PROMPT).unwrap();
    let comment = tag(
        *b"\xa9cmt",
        &format!(r#"{{"prompt": {quoted}, "workflow": {{}}}}"#),
    );
    let handler = boxed(*b"hdlr", &[&[0; 25]]);
    let old = boxed(
        *b"meta",
        &[&[0; 4], &handler, &boxed(*b"ilst", &[&comment])],
    );
    let reading = read(&mp4(&boxed(*b"udta", &[&old])));
    assert_fox(&reading);
    assert_eq!(
        (reading.format, reading.width, reading.height),
        (Some(Format::Mp4), 64, 48)
    );
    assert_eq!(reading.seconds, Some(2.5));

    let key = boxed(*b"mdta", &[b"prompt"]);
    let keys = boxed(*b"keys", &[&[0; 4], &1_u32.to_be_bytes(), &key]);
    let list = boxed(*b"ilst", &[&tag([0, 0, 0, 1], PROMPT)]);
    assert_fox(&read(&mp4(&boxed(*b"meta", &[&handler, &keys, &list]))));
}

#[test]
fn an_mp4_without_its_index_is_incomplete() {
    let file = mp4(&[]);
    let reading = read(&file[..80]);
    assert!(!reading.complete);
    assert_eq!(reading.format, Some(Format::Mp4));
}

#[test]
fn webm_tags_are_read_behind_the_clusters() {
    let reading = read(&webm(&[
        ("PROMPT", PROMPT),
        ("WORKFLOW", r#"{"nodes":[]}"#),
    ]));
    assert_fox(&reading);
    assert!(reading.has_workflow && reading.complete);
    assert_eq!(
        (reading.format, reading.width, reading.height),
        (Some(Format::Webm), 64, 48)
    );
    assert_eq!(reading.seconds, Some(2.5));
}

#[test]
fn avif_items_and_size_are_read() {
    let exif = tiff(&[(0x0110, &format!("prompt:{PROMPT}"))], None, None);
    let item = [&[0; 4], &exif[..]].concat();
    let info = boxed(*b"infe", &[&[2, 0, 0, 0, 0, 7, 0, 0], b"Exif\0"]);
    let infos = boxed(*b"iinf", &[&[0, 0, 0, 0, 0, 1], &info]);
    let size = boxed(
        *b"ispe",
        &[&[0; 4], &64_u32.to_be_bytes(), &48_u32.to_be_bytes()],
    );
    let properties = boxed(*b"iprp", &[&boxed(*b"ipco", &[&size])]);
    let place = |at: u32| {
        let extent = [at.to_be_bytes(), (item.len() as u32).to_be_bytes()].concat();
        boxed(
            *b"iloc",
            &[&[0, 0, 0, 0, 0x44, 0, 0, 1, 0, 7, 0, 0, 0, 1], &extent],
        )
    };
    let meta = |at| boxed(*b"meta", &[&[0; 4], &infos, &properties, &place(at)]);
    let kind = boxed(*b"ftyp", &[b"avif\0\0\0\0avifmif1"]);
    let at = (kind.len() + meta(0).len() + 8) as u32;
    let file = [kind, meta(at), boxed(*b"mdat", &[&item])].concat();
    let reading = read(&file);
    assert_fox(&reading);
    assert_eq!(
        (reading.format, reading.width, reading.height),
        (Some(Format::Avif), 64, 48)
    );
}

#[test]
fn gif_comments_are_read() {
    let mut file = b"GIF89a\x40\0\x30\0\0\0\0\x21\xfe".to_vec();
    for part in INFOTEXT.as_bytes().chunks(100) {
        file.push(part.len() as u8);
        file.extend(part);
    }
    file.extend([0, 0x3b]);
    let reading = read(&file);
    assert_fox(&reading);
    assert_eq!(
        (reading.format, reading.width, reading.height),
        (Some(Format::Gif), 64, 48)
    );
    assert!(reading.complete && !reading.animated);
}

#[test]
fn a_bare_workflow_file_is_read() {
    let reading = read(PROMPT.as_bytes());
    assert_fox(&reading);
    assert_eq!(reading.format, None);
}

#[test]
fn raw_chunks_say_where_they_were_and_can_be_read_again() {
    let reading = read(&png(&[text("parameters", INFOTEXT), text("Title", "fox")]));
    let places: Vec<_> = reading
        .raw
        .iter()
        .map(|c| (c.place.as_str(), c.key.as_str()))
        .collect();
    assert_eq!(places, [("png:tEXt", "parameters"), ("png:tEXt", "Title")]);
    assert_eq!(metadata::reread(&reading.raw).recipe, reading.recipe);
}

#[test]
fn a_damaged_zlib_stream_is_a_notice() {
    let mut packed = deflate(&INFOTEXT.repeat(50).into_bytes());
    packed.truncate(packed.len() / 2);
    let words = chunk(*b"zTXt", &[b"parameters\0\0", &packed[..]].concat());
    assert!(notices(&read(&png(&[words]))).contains(&"bad-zlib"));
}

#[test]
fn quicktime_addresses_are_comments_too() {
    let handler = boxed(*b"hdlr", &[&[0; 25]]);
    let key = boxed(*b"mdta", &[b"com.apple.quicktime.comment"]);
    let keys = boxed(*b"keys", &[&[0; 4], &1_u32.to_be_bytes(), &key]);
    let list = boxed(*b"ilst", &[&tag([0, 0, 0, 1], INFOTEXT)]);
    assert_fox(&read(&mp4(&boxed(*b"meta", &[&handler, &keys, &list]))));
}

#[test]
fn webp_holds_further_graphs_under_falling_tags() {
    let workflow = r#"workflow:{"nodes": []}"#;
    let exif = tiff(
        &[
            (0x010d, r#"other:{"a": 1}"#),
            (0x010e, workflow),
            (0x010f, &format!("prompt:{PROMPT}")),
        ],
        None,
        None,
    );
    let reading = read(&webp(&[(b"EXIF", exif)]));
    assert_fox(&reading);
    assert!(reading.has_workflow);
}

#[test]
fn gif_comments_far_behind_are_not_looked_for() {
    let mut file = b"GIF89a\x40\0\x30\0\0\0\0".to_vec();
    for _ in 0..200 {
        file.extend(b"\x21\xfe\xff");
        file.extend([b'x'; 255]);
        file.push(0);
    }
    file.extend(b"\x21\xfe\x08Steps: 1\0\x3b");
    let reading = read(&file);
    assert!(
        reading.complete
            && reading
                .raw
                .iter()
                .all(|chunk| !chunk.text.contains("Steps"))
    );
}

#[test]
fn blocks_in_hexadecimal_digits_are_read_in_png() {
    let profile = |name: &str, body: &[u8]| {
        let digits: Vec<String> = body.iter().map(|byte| format!("{byte:02x}")).collect();
        let lines: Vec<String> = digits.chunks(36).map(<[String]>::concat).collect();
        format!("\n{name}\n{:8}\n{}\n", body.len(), lines.join("\n"))
    };
    let exif = tiff(&[], None, Some(&unicode_comment(INFOTEXT, true)));
    let block = profile("exif", &[b"Exif\0\0", &exif[..]].concat());
    assert_fox(&read(&png(&[ztext(
        "Raw profile type exif",
        block.as_bytes(),
    )])));
    assert_fox(&read(&png(&[text("Raw profile type APP1", &block)])));
    let packet = format!(
        "<x:xmpmeta><rdf:Description><dc:description>{INFOTEXT}</dc:description></rdf:Description></x:xmpmeta>"
    );
    let block = profile("xmp", packet.as_bytes());
    assert_fox(&read(&png(&[text("Raw profile type xmp", &block)])));
    assert!(
        read(&png(&[text("Raw profile type exif", "exif")]))
            .recipe
            .is_empty()
    );
}

#[test]
fn mp4_tags_outside_the_movie_are_read() {
    let list = boxed(*b"ilst", &[&tag(*b"\xa9cmt", INFOTEXT)]);
    let outside = boxed(*b"meta", &[&[0; 4], &boxed(*b"hdlr", &[&[0; 25]]), &list]);
    assert_fox(&read(&[mp4(&[]), outside].concat()));
}
