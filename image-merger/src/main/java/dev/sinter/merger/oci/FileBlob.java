package dev.sinter.merger.oci;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** A slice of a file. */
public record FileBlob(Path file, long offset, long size) implements Blob {

    private static final int BUFFER_BYTES = 1 << 16;

    public static FileBlob whole(Path file) throws IOException {
        return new FileBlob(file, 0, Files.size(file));
    }

    public FileBlob slice(long from, long length) {
        if (from < 0 || length < 0 || from + length > size) {
            throw new IllegalArgumentException("slice: " + from + "+" + length + " (expected: within " + size + ")");
        }
        return new FileBlob(file, offset + from, length);
    }

    @Override
    public InputStream open() throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        channel.position(offset);
        return new BufferedInputStream(new Bounded(Channels.newInputStream(channel), size), BUFFER_BYTES);
    }

    @Override
    public FileBlob asFile() {
        return this;
    }

    /** Content of a small slice. */
    public byte[] bytes() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(size));
            while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) >= 0) {}
            return buffer.array();
        }
    }

    public Digest digest() throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long at = 0;
            while (at < size) {
                int n = channel.read(ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, size - at)), offset + at);
                if (n < 0) {
                    break;
                }
                sha256.update(buffer, 0, n);
                at += n;
            }
        }
        return Digest.from(sha256);
    }

    private static final class Bounded extends InputStream {

        private final InputStream in;
        private long left;

        Bounded(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            if (left == 0) {
                return length == 0 ? 0 : -1;
            }
            int n = in.read(buffer, from, (int) Math.min(length, left));
            if (n > 0) {
                left -= n;
            }
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            long skipped = in.skip(Math.min(n, left));
            left -= skipped;
            return skipped;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
