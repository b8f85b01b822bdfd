package dev.sinter.merger.tar;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Records {@code "%d %s=%s\n"} of a PAX extended header; values stay bytes, one char each. */
final class PaxRecords {

    private static final String XATTR = "SCHILY.xattr.";

    private final Map<String, String> records = new LinkedHashMap<>();

    /** When, in seconds and the nanoseconds above them. */
    record Time(long seconds, int nanos) {}

    void add(byte[] text) {
        int at = 0;
        while (at < text.length && text[at] != 0) {
            int space = at;
            int length = 0;
            while (space < text.length && text[space] >= '0' && text[space] <= '9' && space - at < 8) {
                length = length * 10 + text[space++] - '0';
            }
            int end = at + length;
            if (space == at
                    || space >= text.length
                    || text[space] != ' '
                    || end > text.length
                    || end <= space + 1
                    || text[end - 1] != '\n') {
                throw TarReader.malformed("extended header: bad record at byte " + at);
            }
            String record = new String(text, space + 1, end - space - 2, StandardCharsets.ISO_8859_1);
            int equals = record.indexOf('=');
            if (equals <= 0) {
                throw TarReader.malformed("extended header: record without a key at byte " + at);
            }
            records.put(record.substring(0, equals), record.substring(equals + 1));
            at = end;
        }
    }

    /** These records, and those of {@code globals} that they do not replace. */
    PaxRecords over(PaxRecords globals) {
        if (globals.records.isEmpty()) {
            return this;
        }
        PaxRecords both = new PaxRecords();
        both.records.putAll(globals.records);
        both.records.putAll(records);
        return both;
    }

    String text(String key, String otherwise) {
        String value = records.get(key);
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        return TarText.decode(bytes, 0, bytes.length);
    }

    long number(String key, long otherwise) {
        String value = records.get(key);
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw TarReader.malformed("extended header: " + key + " is no number");
        }
    }

    Time time(String key, long otherwise) {
        String value = records.get(key);
        if (value == null || value.isEmpty()) {
            return new Time(otherwise, 0);
        }
        int dot = value.indexOf('.');
        String fraction = dot < 0 ? "" : value.substring(dot + 1);
        String whole = dot < 0 ? value : value.substring(0, dot);
        try {
            long seconds = Long.parseLong(whole);
            int nanos = fraction.isEmpty() ? 0 : Integer.parseInt((fraction + "000000000").substring(0, 9));
            if (nanos < 0) {
                throw new NumberFormatException();
            }
            boolean before1970 = whole.startsWith("-") && nanos > 0;
            return before1970 ? new Time(seconds - 1, 1_000_000_000 - nanos) : new Time(seconds, nanos);
        } catch (NumberFormatException e) {
            throw TarReader.malformed("extended header: " + key + " is no time");
        }
    }

    SortedMap<String, String> xattrs() {
        SortedMap<String, String> xattrs = new TreeMap<>();
        records.forEach((key, value) -> {
            if (key.startsWith(XATTR)) {
                xattrs.put(key.substring(XATTR.length()), value);
            }
        });
        return xattrs;
    }

    void refuseSparse() {
        for (String key : records.keySet()) {
            if (key.startsWith("GNU.sparse.")) {
                throw TarReader.malformed("sparse file (expected: plain files, as engines write them)");
            }
        }
    }
}
