package dev.sinter.collector.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns byte ranges into values without making the same value twice, mostly: a direct-mapped cache where a newer entry
 * replaces an older one of equal slot. So it is bounded by its size whatever is sent, needs no lock, and a lost race
 * costs one more parse. Names longer than {@link #MAX_BYTES} or with unprintable characters have no value.
 */
final class Interner<T> {

    static final int MAX_BYTES = 256;
    private static final int SLOTS = 4096;

    private final AtomicReferenceArray<@Nullable Entry<T>> slots = new AtomicReferenceArray<>(SLOTS);
    private final Function<String, @Nullable T> parser;

    Interner(Function<String, @Nullable T> parser) {
        this.parser = parser;
    }

    @Nullable
    T get(byte[] buffer, int offset, int length) {
        if (length > MAX_BYTES) {
            return null;
        }
        int hash = hash(buffer, offset, length);
        int slot = hash & (SLOTS - 1);
        Entry<T> entry = slots.get(slot);
        if (entry != null && entry.matches(hash, buffer, offset, length)) {
            return entry.value;
        }
        byte[] key = Arrays.copyOfRange(buffer, offset, offset + length);
        String text = new String(key, UTF_8);
        T value = text.chars().anyMatch(Character::isISOControl) ? null : parser.apply(text);
        slots.set(slot, new Entry<>(hash, key, value));
        return value;
    }

    private static int hash(byte[] buffer, int offset, int length) {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + buffer[i];
        }
        return hash ^ (hash >>> 15);
    }

    private static final class Entry<T> {

        private final int hash;
        private final byte[] key;
        private final @Nullable T value;

        Entry(int hash, byte[] key, @Nullable T value) {
            this.hash = hash;
            this.key = key;
            this.value = value;
        }

        boolean matches(int otherHash, byte[] buffer, int offset, int length) {
            return hash == otherHash && Arrays.equals(key, 0, key.length, buffer, offset, offset + length);
        }
    }
}
