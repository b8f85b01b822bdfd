package dev.sinter.merger.oci;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** A file slice held open, for reading thousands of small parts of it. */
public final class OpenFile implements Closeable {

    private final FileBlob blob;
    private final FileChannel channel;

    public OpenFile(FileBlob blob) throws IOException {
        this.blob = blob;
        this.channel = FileChannel.open(blob.file(), StandardOpenOption.READ);
    }

    /** Need not be closed; ends early where the file does. */
    public InputStream read(long from, long length) {
        FileBlob slice = blob.slice(from, length);
        return new Part(slice.offset(), slice.offset() + length);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private final class Part extends InputStream {

        private final long end;
        private long at;

        Part(long at, long end) {
            this.at = at;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at >= end) {
                return -1;
            }
            int n = channel.read(ByteBuffer.wrap(buffer, from, (int) Math.min(length, end - at)), at);
            at += Math.max(0, n);
            return n;
        }
    }
}
