//! Disks that are full soon, and disks that go away, on Linux.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Tells a test that it runs where it may mount.
const INSIDE: &str = "PROOFSHEET_TEST_OWN_MOUNTS";

/// Runs a test of this program once more in a process that may mount file systems, which nobody
/// else sees and which go away with it, and which has to keep to the permissions of files, whoever runs it. Answers whether this is that process; when not, the test has
/// passed there and is over.
///
/// # Panics
/// When the test fails there, or when the system does not let this user mount in a namespace of
/// their own; the message says what to do.
pub fn with_own_mounts(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let program = std::env::current_exe().expect("a program knows where it lies");
    let mut namespace = vec!["--user", "--map-root-user", "--mount", "--", "setpriv"];
    namespace.push("--bounding-set=-dac_override,-dac_read_search");
    namespace.push("--");
    let allowed = Command::new("unshare")
        .args(&namespace)
        .arg("true")
        .output();
    assert!(
        allowed.is_ok_and(|output| output.status.success()),
        "The test needs a mount namespace, which `unshare --user --mount true` is not given here. \
         Install util-linux, and where user namespaces are switched off allow them:\n    \
         sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
    );
    let mut command = Command::new("unshare");
    command.args(namespace).arg(program);
    command
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1");
    super::db::run(&mut command);
    false
}

/// A folder that is shown at another place too, as the folder of a disk is where that is mounted; taken away from
/// there when dropped, also while files in it are open.
#[derive(Debug)]
pub struct Mounted {
    at: PathBuf,
}

impl Mounted {
    /// Shows what is in `folder` at `at`, which is made where needed.
    pub fn at(folder: &Path, at: &Path) -> Self {
        std::fs::create_dir_all(at).expect("the folder can be made");
        super::db::run(Command::new("mount").arg("--bind").arg(folder).arg(at));
        Self { at: at.to_owned() }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        take_away(&self.at);
    }
}

fn take_away(folder: &Path) {
    let mut command = Command::new("umount");
    command.arg("--lazy").arg(folder);
    // What stays goes away with the process.
    let _ = command.stderr(Stdio::null()).status();
}

/// A small file system in memory; taken away when dropped.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Puts an empty file system of so many bytes over a folder, which is made where needed.
    pub fn over(folder: &Path, bytes: u64) -> Self {
        std::fs::create_dir_all(folder).expect("the folder can be made");
        let disk = Self {
            folder: folder.to_owned(),
        };
        disk.mount(&format!("size={bytes}"));
        disk
    }

    /// Makes the file system larger or smaller.
    pub fn resize(&self, bytes: u64) {
        self.mount(&format!("remount,size={bytes}"));
    }

    fn mount(&self, options: &str) {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", options, "none"]);
        super::db::run(command.arg(&self.folder));
    }

    /// Uses up all that is left of it; the file that does so gives it back when removed.
    pub fn fill(&self) -> PathBuf {
        use std::io::Write;
        let path = self.folder.join("filler");
        let mut file = std::fs::File::create(&path).expect("the folder can be written");
        while file.write(&[0; 4096]).is_ok_and(|written| written > 0) {}
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        take_away(&self.folder);
    }
}
