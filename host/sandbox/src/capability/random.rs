//! `random`: a stream of the guest's own, drawn from a key.

use super::{Host, Interface, Taped, breach, diverged};
use crate::bindings::host::glasshouse::capability::random as wit;
use crate::error::HostFault;
use crate::guard::{Guard, stands};
use crate::limits::Breach;
use glasshouse_model::{Body, Happening, Limit};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// Most bytes of one call, as the contract says.
const MOST_BYTES: u32 = 65_536;

/// A stream of random numbers that its key decides; clones go on alike.
#[derive(Debug, Clone)]
pub struct RandomStream(ChaCha20Rng);

impl RandomStream {
    /// The stream of a key, at its beginning.
    pub fn new(key: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(key))
    }

    /// A stream that nobody can foretell.
    ///
    /// # Errors
    /// [`HostFault::Entropy`] where the machine has none.
    pub fn from_entropy() -> Result<Self, HostFault> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| HostFault::Entropy(error.to_string()))?;
        Ok(Self::new(key))
    }

    /// The stream of a key, from which that many 32-bit words have been drawn.
    pub fn at(key: [u8; 32], position: u128) -> Self {
        let mut stream = Self::new(key);
        stream.0.set_word_pos(position);
        stream
    }

    /// Its key.
    pub fn key(&self) -> [u8; 32] {
        self.0.get_seed()
    }

    /// How many 32-bit words have been drawn.
    pub fn position(&self) -> u128 {
        self.0.get_word_pos()
    }

    /// The next number, uniform over all of `u64`.
    pub fn draw(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A stream of its own, drawn from this one.
    pub(crate) fn split(&mut self) -> Self {
        let mut key = [0; 32];
        self.0.fill_bytes(&mut key);
        Self::new(key)
    }

    /// A number for generators that take one.
    pub(crate) fn seed(&mut self) -> u128 {
        u128::from(self.0.next_u64()) << 64 | u128::from(self.0.next_u64())
    }

    pub(crate) fn into_rng(self) -> ChaCha20Rng {
        self.0
    }
}

impl wit::Host for Host {
    fn fill(&mut self, len: u32) -> wasmtime::Result<Vec<u8>> {
        self.enter(Interface::Random)?;
        if len > MOST_BYTES && stands(Guard::CallBytes) {
            return Err(breach(Breach(Limit::CallBytes)));
        }
        let bytes = self.drawn(len as usize, |stream, len| {
            let mut bytes = vec![0; len];
            stream.fill_bytes(&mut bytes);
            bytes
        })?;
        self.meter.carried(Interface::Random, bytes.len());
        Ok(bytes)
    }

    fn next(&mut self) -> wasmtime::Result<u64> {
        self.enter(Interface::Random)?;
        let bytes = self.drawn(size_of::<u64>(), |stream, _| stream.next_u64().to_le_bytes().to_vec())?;
        Ok(bytes.try_into().map_or(0, u64::from_le_bytes))
    }
}

impl Host {
    /// That many bytes, from the stream or from a replay's record.
    fn drawn(
        &mut self,
        len: usize,
        draw: impl FnOnce(&mut ChaCha20Rng, usize) -> Vec<u8>,
    ) -> wasmtime::Result<Vec<u8>> {
        let taped = self.taped(|event| match event {
            Happening::Drew(bytes) if bytes.0.len() == len => Some(bytes.0.clone()),
            _ => None,
        });
        let now = self.now();
        let bytes = match taped {
            Taped::Live => draw(self.stream()?, len),
            Taped::Answer(bytes) => bytes,
            Taped::Diverged => {
                self.record(now, || Happening::Drew(Body(vec![0; len])))?;
                return Err(diverged());
            }
        };
        self.record(now, || Happening::Drew(Body(bytes.clone())))?;
        Ok(bytes)
    }

    fn stream(&mut self) -> wasmtime::Result<&mut ChaCha20Rng> {
        let stream =
            self.random.as_mut().ok_or_else(|| wasmtime::Error::new(HostFault::NotGiven("random")))?;
        Ok(&mut stream.0)
    }
}
