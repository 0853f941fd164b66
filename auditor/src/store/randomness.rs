//! Whether ciphertext looks random.
//!
//! * All bytes of a sort together: the χ² statistic of the frequencies of byte values, with 255 degrees of freedom (mean
//!   255, standard deviation √510), has to lie within [`WHOLE_DEVIATIONS`] of its mean.
//! * Each sample of at least [`CHI_SQUARE_BYTES`] the same, within [`SAMPLE_DEVIATIONS`], upwards only: what is not random
//!   lies far above.
//! * Each sample of at least [`SHORT_BYTES`]: fewer than four fifths of its bytes are printable ASCII (of random bytes it is
//!   37 %), and no byte value repeats eight times in a row (of random bytes once in 2⁵⁶ places).
//!
//! A test like this finds plaintext and weak encodings; it proves no cipher.

use super::Findings;
use crate::report::{Problem, Randomness, Sealed};

const WHOLE_DEVIATIONS: f64 = 6.0;
const SAMPLE_DEVIATIONS: f64 = 9.0;
const CHI_SQUARE_BYTES: u64 = 4096;
const SHORT_BYTES: usize = 48;
const RUN: usize = 8;

type Histogram = [u64; 256];

struct Sort {
    what: Sealed,
    samples: u64,
    histogram: Histogram,
}

/// What was collected, by sort.
#[derive(Default)]
pub(super) struct Samples {
    sorts: Vec<Sort>,
    suspects: Vec<(String, String)>,
}

impl Samples {
    /// Counts one ciphertext.
    pub(super) fn add(&mut self, what: Sealed, place: &str, sample: &[u8]) {
        let histogram = histogram(sample);
        if let Some(why) = suspicion(sample, &histogram) {
            self.suspects.push((place.to_owned(), format!("{what:?}: {why}")));
        }
        let sort = match self.sorts.iter_mut().position(|it| it.what == what) {
            Some(at) => self.sorts.get_mut(at),
            None => {
                self.sorts.push(Sort { what, samples: 0, histogram: [0; 256] });
                self.sorts.last_mut()
            }
        };
        if let Some(sort) = sort {
            sort.samples += 1;
            for (sum, more) in sort.histogram.iter_mut().zip(histogram) {
                *sum += more;
            }
        }
    }

    /// A finding for each sample and each sort that does not look random.
    pub(super) fn judge(self, findings: &mut Findings) -> Vec<Randomness> {
        for (place, detail) in self.suspects {
            findings.add(Problem::NotRandom, place, detail);
        }
        let mut all = Vec::new();
        for Sort { what, samples, histogram } in self.sorts {
            let bytes = histogram.iter().sum();
            let chi_square_deviation = (bytes >= CHI_SQUARE_BYTES).then(|| deviation(&histogram));
            if let Some(deviation) = chi_square_deviation.filter(|it| it.abs() > WHOLE_DEVIATIONS) {
                findings.add(
                    Problem::NotRandom,
                    format!("{what:?}"),
                    format!("χ²: {deviation:.1} standard deviations"),
                );
            }
            all.push(Randomness { what, samples, bytes, chi_square_deviation });
        }
        all
    }
}

fn histogram(sample: &[u8]) -> Histogram {
    let mut histogram = [0; 256];
    for byte in sample {
        if let Some(count) = histogram.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    histogram
}

/// How many standard deviations χ² is from its mean.
#[expect(clippy::cast_precision_loss, reason = "counts of bytes are far below 2^53")]
fn deviation(histogram: &Histogram) -> f64 {
    let bytes = histogram.iter().sum::<u64>() as f64;
    let expected = bytes / 256.0;
    let chi_square: f64 = histogram.iter().map(|count| (*count as f64 - expected).powi(2) / expected).sum();
    (chi_square - 255.0) / 510_f64.sqrt()
}

fn suspicion(sample: &[u8], histogram: &Histogram) -> Option<String> {
    if sample.len() < SHORT_BYTES {
        return None;
    }
    let printable: u64 = histogram.get(0x20..0x7f).unwrap_or_default().iter().sum();
    if printable * 5 > sample.len() as u64 * 4 {
        return Some(format!("{printable} of {} bytes are printable", sample.len()));
    }
    if sample.windows(RUN).any(|run| run.iter().all(|byte| Some(byte) == run.first())) {
        return Some(format!("one byte {RUN} times in a row"));
    }
    let far = (sample.len() as u64 >= CHI_SQUARE_BYTES).then(|| deviation(histogram));
    far.filter(|it| *it > SAMPLE_DEVIATIONS).map(|it| format!("χ²: {it:.1} standard deviations"))
}
