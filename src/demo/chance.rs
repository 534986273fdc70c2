//! Chance that can be repeated: one seed gives the same pretend schools every time.

use crate::domain::kernel::ids::Random;

/// Numbers that look random and follow from a seed (splitmix64). For pretend data only: never for a secret.
#[derive(Debug, Clone)]
pub struct SeededRandom(u64);

impl SeededRandom {
    /// Starts from a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

impl Random for SeededRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        for some in bytes.chunks_mut(8) {
            some.copy_from_slice(&self.next().to_le_bytes()[..some.len()]);
        }
    }
}

/// A number from 0 to `many` less one; 0 where `many` is 0.
pub fn below(random: &mut dyn Random, many: usize) -> usize {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    let drawn = usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(0);
    drawn % many.max(1)
}

/// A number from `least` to `most`, both included.
pub fn between(random: &mut dyn Random, least: i64, most: i64) -> i64 {
    let many = usize::try_from(most - least + 1).unwrap_or(1);
    least + i64::try_from(below(random, many)).unwrap_or(0)
}

/// One of several; `None` if there is none.
pub fn pick<'a, T>(random: &mut dyn Random, from: &'a [T]) -> Option<&'a T> {
    from.get(below(random, from.len()))
}

/// Whether something that happens so often in a hundred happens now.
pub fn happens(random: &mut dyn Random, in_a_hundred: usize) -> bool {
    below(random, 100) < in_a_hundred
}

/// Puts things in another order.
pub fn shuffle<T>(random: &mut dyn Random, things: &mut [T]) {
    for last in (1..things.len()).rev() {
        things.swap(last, below(random, last + 1));
    }
}

/// Shares a whole number out by weight, the largest remainders first, so that the parts add up to it.
pub fn share_out(whole: u32, weights: &[u32]) -> Vec<u32> {
    let total: u64 = weights.iter().copied().map(u64::from).sum::<u64>().max(1);
    let exact: Vec<u64> = weights.iter().map(|weight| u64::from(whole) * u64::from(*weight)).collect();
    let mut parts: Vec<u32> = exact.iter().map(|e| u32::try_from(e / total).unwrap_or(0)).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|at| std::cmp::Reverse(exact[*at] % total));
    let left = whole - parts.iter().sum::<u32>();
    for at in by_remainder.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[at] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_the_same_again_and_another_does_not() {
        let draw = |seed| {
            let mut bytes = [0; 20];
            SeededRandom::new(seed).fill(&mut bytes);
            bytes
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn a_share_out_adds_up() {
        assert_eq!(share_out(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(share_out(0, &[1, 2]), [0, 0]);
        assert_eq!(share_out(7, &[500, 300, 200]).iter().sum::<u32>(), 7);
    }
}
