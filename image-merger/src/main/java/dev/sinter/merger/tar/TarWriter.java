package dev.sinter.merger.tar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a tar stream whose bytes depend on the entries alone: ustar, with a PAX header only for what ustar cannot
 * hold. Not thread-safe.
 */
public final class TarWriter {

    private static final long MAX_OCTAL_8 = 07777777;
    private static final long MAX_OCTAL_12 = 077777777777L;
    private static final byte[] ZEROS = new byte[2 * TarReader.BLOCK];

    private final OutputStream out;

    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /** @param data exactly {@code entry.size()} bytes */
    public void write(TarEntry entry, InputStream data) throws IOException {
        boolean directory = entry.type() == EntryType.DIRECTORY;
        String slashed = directory ? (entry.path().isEmpty() ? "./" : entry.path() + "/") : entry.path();
        byte[] path = TarText.encode(slashed);
        byte[] link = TarText.encode(entry.linkTarget());
        byte[] pax = pax(entry, path, link);
        if (pax.length > 0) {
            byte[] name = "PaxHeaders/entry".getBytes(StandardCharsets.US_ASCII);
            out.write(header(name, 'x', 0644, 0, 0, pax.length, 0, new byte[0]));
            out.write(pax);
            pad(pax.length);
        }
        long size = entry.type() == EntryType.FILE ? entry.size() : 0;
        out.write(header(
                path,
                (char) entry.type().flag(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                size,
                entry.mtimeSeconds(),
                link));
        long written = size == 0 ? 0 : data.transferTo(out);
        if (written != size) {
            throw new IOException(entry.path() + ": " + written + " bytes of data (expected: " + size + ")");
        }
        pad(size);
    }

    public void write(TarEntry entry) throws IOException {
        write(entry, InputStream.nullInputStream());
    }

    /** Ends the archive; does not close the stream. */
    public void finish() throws IOException {
        out.write(ZEROS);
    }

    private static byte[] pax(TarEntry entry, byte[] path, byte[] link) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        if (path.length > 100) {
            record(records, "path", path);
        }
        if (link.length > 100) {
            record(records, "linkpath", link);
        }
        if (entry.type() == EntryType.FILE && entry.size() > MAX_OCTAL_12) {
            record(records, "size", ascii(Long.toString(entry.size())));
        }
        if (entry.uid() < 0 || entry.uid() > MAX_OCTAL_8) {
            record(records, "uid", ascii(Long.toString(entry.uid())));
        }
        if (entry.gid() < 0 || entry.gid() > MAX_OCTAL_8) {
            record(records, "gid", ascii(Long.toString(entry.gid())));
        }
        if (entry.mtimeNanos() != 0 || entry.mtimeSeconds() < 0 || entry.mtimeSeconds() > MAX_OCTAL_12) {
            record(records, "mtime", ascii(time(entry.mtimeSeconds(), entry.mtimeNanos())));
        }
        entry.xattrs()
                .forEach((name, value) ->
                        record(records, "SCHILY.xattr." + name, value.getBytes(StandardCharsets.ISO_8859_1)));
        return records.toByteArray();
    }

    private static String time(long seconds, int nanos) {
        if (nanos == 0) {
            return Long.toString(seconds);
        }
        boolean before1970 = seconds < 0;
        long whole = before1970 ? -(seconds + 1) : seconds;
        int fraction = before1970 ? 1_000_000_000 - nanos : nanos;
        String digits = "%09d".formatted(fraction).replaceAll("0+$", "");
        return (before1970 ? "-" : "") + whole + "." + digits;
    }

    /** The length counts its own digits. */
    private static void record(ByteArrayOutputStream records, String key, byte[] value) {
        byte[] name = key.getBytes(StandardCharsets.ISO_8859_1);
        int rest = name.length + value.length + 3;
        int length = rest + Integer.toString(rest).length();
        if (Integer.toString(length).length() != Integer.toString(rest).length()) {
            length++;
        }
        records.writeBytes(ascii(length + " "));
        records.writeBytes(name);
        records.write('=');
        records.writeBytes(value);
        records.write('\n');
    }

    private static byte[] header(
            byte[] path, char flag, int mode, long uid, long gid, long size, long mtime, byte[] link) {
        byte[] block = new byte[TarReader.BLOCK];
        System.arraycopy(path, 0, block, 0, Math.min(path.length, 100));
        octal(block, 100, 8, mode);
        octal(block, 108, 8, uid < 0 || uid > MAX_OCTAL_8 ? 0 : uid);
        octal(block, 116, 8, gid < 0 || gid > MAX_OCTAL_8 ? 0 : gid);
        octal(block, 124, 12, size > MAX_OCTAL_12 ? 0 : size);
        octal(block, 136, 12, mtime < 0 || mtime > MAX_OCTAL_12 ? 0 : mtime);
        block[156] = (byte) flag;
        System.arraycopy(link, 0, block, 157, Math.min(link.length, 100));
        System.arraycopy(ascii("ustar\00000"), 0, block, 257, 8);
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xFF;
        }
        System.arraycopy(ascii("%06o\0 ".formatted(sum)), 0, block, 148, 8);
        return block;
    }

    private static void octal(byte[] block, int at, int length, long value) {
        for (int i = at + length - 2; i >= at; i--) {
            block[i] = (byte) ('0' + (value & 7));
            value >>= 3;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void pad(long size) throws IOException {
        int rest = (int) (size % TarReader.BLOCK);
        if (rest != 0) {
            out.write(ZEROS, 0, TarReader.BLOCK - rest);
        }
    }
}
