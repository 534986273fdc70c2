//! The main job, told as people live it, in a real browser: they sign in, click, type, read and wait for their page.
//!
//! `stories.rs` tells the same over HTTP on both databases; these add what only a browser shows: that every step has a
//! button or a link with the right words, on a page that anybody can use.

mod adults;
mod arriving;
mod data;
mod duties;
mod governors;
mod importing;
mod keeping;
mod looks;
mod pupils;
mod reporting;
mod wide;
