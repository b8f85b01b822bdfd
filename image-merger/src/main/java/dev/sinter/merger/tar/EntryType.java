package dev.sinter.merger.tar;

import org.jspecify.annotations.Nullable;

/** Kinds of tar entries that a layer may hold. */
public enum EntryType {
    FILE('0'),
    HARDLINK('1'),
    SYMLINK('2'),
    CHARACTER_DEVICE('3'),
    BLOCK_DEVICE('4'),
    DIRECTORY('5'),
    FIFO('6');

    private final char flag;

    EntryType(char flag) {
        this.flag = flag;
    }

    /** As in tar headers. */
    public byte flag() {
        return (byte) flag;
    }

    /** {@code null} if no type has it. */
    public static @Nullable EntryType ofFlag(int flag) {
        for (EntryType type : values()) {
            if (type.flag == flag) {
                return type;
            }
        }
        return null;
    }
}
