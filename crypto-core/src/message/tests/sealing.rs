//! What a sealer refuses to seal.

use super::*;

struct Sealing {
    world: World,
    contents: Contents,
    descriptors: Vec<PartDescriptor>,
}

impl Sealing {
    fn new() -> Self {
        let mut world = World::new();
        let (contents, descriptors, _) = with_files("12345", &[b"1234567", b"123"], &mut world.rng);
        Self { world, contents, descriptors }
    }

    fn part_0(&mut self, limit: u64) -> Result<SealedPart0, SealError> {
        let sealer = MessageSealer::new(MessageKind::Message, &mut self.world.rng);
        sealer.part_0(&self.contents, limit, &mut self.world.rng).map(|(sealed, _)| sealed)
    }

    fn finish(
        &mut self,
        own: &CurrentCertificate,
        to: &[(CurrentCertificate, RecipientRole)],
        blobs: &[PartDescriptor],
    ) -> Option<SealError> {
        let sealed = self.part_0(100).unwrap();
        sealed.finish(&self.world.staff, own, to, blobs, None, &mut self.world.rng).err()
    }
}

#[test]
fn the_size_rule_counts_text_and_attachments() {
    let mut sealing = Sealing::new();
    assert!(sealing.part_0(15).is_ok());
    assert_eq!(sealing.part_0(14).err(), Some(SealError::TooLarge { bytes: 15, limit: 14 }));
    sealing.contents.attachments[0].bytes = u64::MAX;
    assert!(matches!(sealing.part_0(u64::MAX - 1).err(), Some(SealError::TooLarge { .. })));
}

#[test]
fn names_and_number_of_attachments_have_a_limit() {
    let mut sealing = Sealing::new();
    sealing.contents.subject = "a".repeat(limits::SUBJECT_BYTES + 1);
    assert_eq!(sealing.part_0(100).err(), Some(SealError::Names));
    let mut sealing = Sealing::new();
    let file = sealing.contents.attachments[0].clone();
    sealing.contents.attachments = vec![file; limits::ATTACHMENTS + 1];
    assert_eq!(sealing.part_0(10_000).err(), Some(SealError::Names));
}

#[test]
fn a_header_is_made_for_the_attachments_of_part_0() {
    let mut sealing = Sealing::new();
    let (own, to) = (sealing.world.current(&sealing.world.staff), sealing.world.recipients());
    let right = sealing.descriptors.clone();
    assert_eq!(sealing.finish(&own, &to, &right), None);
    let swapped: Vec<_> = right.iter().rev().cloned().collect();
    for blobs in [&right[..1], &[], &swapped] {
        assert_eq!(sealing.finish(&own, &to, blobs), Some(SealError::Header(HeaderError::Parts)));
    }
}

#[test]
fn a_header_is_made_for_somebody_once_and_by_its_sender() {
    let mut sealing = Sealing::new();
    let (own, to) = (sealing.world.current(&sealing.world.staff), sealing.world.recipients());
    let (other, root) =
        (sealing.world.current(&sealing.world.admin), sealing.world.organisation.directory().root().unwrap());
    let blobs = sealing.descriptors.clone();
    let recipients = Some(SealError::Header(HeaderError::Recipients));
    assert_eq!(sealing.finish(&own, &[], &blobs), recipients);
    assert_eq!(sealing.finish(&other, &to, &blobs), recipients);
    assert_eq!(sealing.finish(&own, &[to.clone(), to.clone()].concat(), &blobs), recipients);
    // Keys that this bundle does not have: those of the account's next certificate.
    let next = sealing.world.organisation.rotated(&sealing.world.staff);
    let next = sealing.world.current(&next);
    assert_eq!(sealing.finish(&next, &to, &blobs), recipients);
    // The root has no mailbox.
    let to_root = [(root, RecipientRole::To)];
    assert_eq!(sealing.finish(&own, &to_root, &blobs), Some(SealError::RecipientKey));
}

/// A certificate whose mailbox key is 1216 bytes and no key.
#[test]
fn nothing_is_sealed_to_bytes_that_are_no_key() {
    use crate::certificate::Reason;
    use crate::testing::{Hand, after};
    let mut sealing = Sealing::new();
    let staff = Hand::of(&sealing.world.staff);
    let broken = after(sealing.world.haus.certificate(), Reason::Reset, staff, |body| {
        body.mailbox_key = Some(vec![0xff; 1216].into());
    });
    sealing.world.organisation.enter(broken.as_bytes().to_vec());
    let (own, to) = (sealing.world.current(&sealing.world.staff), sealing.world.recipients());
    let blobs = sealing.descriptors.clone();
    assert_eq!(sealing.finish(&own, &to, &blobs), Some(SealError::RecipientKey));
}

/// More or fewer bytes than were announced: the descriptor would lie.
#[test]
fn a_part_has_the_length_that_was_announced() {
    let (mut sealer, _) = PartSealer::attachment(3, &mut rng(1));
    assert_eq!(sealer.sealed_bytes(), 19);
    assert_eq!(sealer.push(b"1234").err(), Some(PartLengthError));
    let (mut sealer, _) = PartSealer::attachment(3, &mut rng(1));
    assert!(sealer.push(b"12").is_ok());
    assert_eq!(sealer.finish().err(), Some(PartLengthError));
}
