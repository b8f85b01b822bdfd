package dev.sinter.merger.tar;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;

/** The 512 bytes before an entry's data: POSIX ustar, GNU and the old form. */
record Header(char flag, String path, int mode, long uid, long gid, long size, long mtime, String link) {

    private static final int CHECKSUM_AT = 148;

    static Header parse(byte[] block) {
        long declared = number(block, CHECKSUM_AT, 8, "checksum");
        long sum = 0;
        for (int i = 0; i < block.length; i++) {
            sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + 8 ? ' ' : block[i] & 0xFF;
        }
        if (sum != declared) {
            throw TarReader.malformed("header checksum: " + declared + " (expected: " + sum + ")");
        }
        String name = text(block, 0, 100);
        boolean posix = block[257] == 'u' && block[262] == 0;
        String prefix = posix ? text(block, 345, 155) : "";
        char flag = (char) (block[156] & 0xFF);
        return new Header(
                flag == 0 || flag == '7' ? '0' : flag,
                prefix.isEmpty() ? name : prefix + "/" + name,
                (int) number(block, 100, 8, "mode") & 07777,
                number(block, 108, 8, "uid"),
                number(block, 116, 8, "gid"),
                number(block, 124, 12, "size"),
                number(block, 136, 12, "mtime"),
                text(block, 157, 100));
    }

    EntryType type(String fullPath) {
        return switch (flag) {
            case '0' -> fullPath.endsWith("/") ? EntryType.DIRECTORY : EntryType.FILE;
            case '1' -> EntryType.HARDLINK;
            case '2' -> EntryType.SYMLINK;
            case '3' -> EntryType.CHARACTER_DEVICE;
            case '4' -> EntryType.BLOCK_DEVICE;
            case '5' -> EntryType.DIRECTORY;
            case '6' -> EntryType.FIFO;
            default ->
                throw new MergeException(
                        MergeProblem.MALFORMED_TAR,
                        "tar archive: entry type of " + fullPath + ": 0x" + Integer.toHexString(flag)
                                + " (expected: file, directory, link, device or pipe). Maybe it is a sparse file; "
                                + "engines do not write those.");
        };
    }

    private static String text(byte[] block, int from, int length) {
        int end = from;
        while (end < from + length && block[end] != 0) {
            end++;
        }
        return TarText.decode(block, from, end);
    }

    /** Octal digits, or with the top bit set a big-endian number of two's complement (GNU). */
    private static long number(byte[] block, int from, int length, String what) {
        if ((block[from] & 0x80) != 0) {
            return base256(block, from, length, what);
        }
        long value = 0;
        int i = from;
        int end = from + length;
        while (i < end && (block[i] == ' ' || block[i] == 0)) {
            i++;
        }
        for (; i < end && block[i] != ' ' && block[i] != 0; i++) {
            int digit = block[i] - '0';
            if (digit < 0 || digit > 7) {
                throw TarReader.malformed(what + ": not octal");
            }
            value = value * 8 + digit;
        }
        return value;
    }

    private static long base256(byte[] block, int from, int length, String what) {
        boolean negative = (block[from] & 0x40) != 0;
        long value = negative ? -1L : 0;
        for (int i = from; i < from + length; i++) {
            int b = i == from ? (negative ? block[i] & 0xFF : block[i] & 0x7F) : block[i] & 0xFF;
            if (value >> 55 != (negative ? -1 : 0)) {
                throw TarReader.malformed(what + ": more than 64 bits");
            }
            value = value << 8 | b;
        }
        return value;
    }
}
