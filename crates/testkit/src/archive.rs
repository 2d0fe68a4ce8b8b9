//! Small archives of stored files, built byte by byte, honest or not.

use media::archive::crc32;

/// A file of an archive, and what the archive says of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its path, whatever that is.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many bytes it is said to have.
    pub size: u32,
    /// And which checksum.
    pub crc32: u32,
    /// Bit 0 says that it needs a password.
    pub flags: u16,
    /// Kind and permissions, as UNIX writes them.
    pub mode: u32,
    /// What it is a link to, in a RAR archive.
    pub link: Option<String>,
}

impl Entry {
    /// An honest file.
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            bytes: bytes.to_vec(),
            size: bytes.len() as u32,
            crc32: crc32(bytes),
            flags: 0x800,
            mode: 0o100_644,
            link: None,
        }
    }
}

/// A ZIP archive. Its files were written on the second of January 2020.
pub fn zip(entries: &[Entry]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = out.len() as u32;
        let mut common = Vec::new();
        for word in [20, entry.flags, 0, 0, (40 << 9) | (1 << 5) | 2] {
            common.extend(word.to_le_bytes());
        }
        common.extend(entry.crc32.to_le_bytes());
        common.extend((entry.bytes.len() as u32).to_le_bytes());
        common.extend(entry.size.to_le_bytes());
        common.extend((entry.name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(entry.name.as_bytes());
        out.extend(&entry.bytes);
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(&common);
        directory.extend([0; 6]);
        directory.extend((entry.mode << 16).to_le_bytes());
        directory.extend(at.to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }
    let at = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((entries.len() as u16).to_le_bytes());
    out.extend((entries.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A RAR archive of the fifth kind.
pub fn rar(entries: &[Entry]) -> Vec<u8> {
    const FILE: u64 = 2;
    let mut out = b"Rar!\x1a\x07\x01\x00".to_vec();
    block(&mut out, &[1, 0, 0]);
    for entry in entries {
        let mut extra = Vec::new();
        if let Some(target) = &entry.link {
            // A redirection: a link of UNIX.
            let mut record = vec![5, 1, 0];
            number(&mut record, target.len() as u64);
            record.extend(target.as_bytes());
            number(&mut extra, record.len() as u64);
            extra.extend(record);
        }
        let mut header = Vec::new();
        number(&mut header, FILE);
        number(&mut header, 2 | u64::from(!extra.is_empty()));
        if !extra.is_empty() {
            number(&mut header, extra.len() as u64);
        }
        number(&mut header, entry.bytes.len() as u64);
        // A time and a checksum follow.
        number(&mut header, 2 | 4);
        number(&mut header, u64::from(entry.size));
        number(&mut header, u64::from(entry.mode));
        header.extend(1_577_923_200_u32.to_le_bytes());
        header.extend(entry.crc32.to_le_bytes());
        // Stored, by UNIX.
        number(&mut header, 0);
        number(&mut header, 1);
        number(&mut header, entry.name.len() as u64);
        header.extend(entry.name.as_bytes());
        header.extend(extra);
        block(&mut out, &header);
        out.extend(&entry.bytes);
    }
    block(&mut out, &[5, 0, 0]);
    out
}

/// A header with its checksum and its length in front.
fn block(out: &mut Vec<u8>, header: &[u8]) {
    let mut whole = Vec::new();
    number(&mut whole, header.len() as u64);
    whole.extend(header);
    out.extend(crc32(&whole).to_le_bytes());
    out.extend(whole);
}

/// Seven bits a byte, the lowest first.
fn number(out: &mut Vec<u8>, mut value: u64) {
    while value > 127 {
        out.push(value as u8 | 128);
        value >>= 7;
    }
    out.push(value as u8);
}
