package dev.sinter.merger.fuse;

import dev.sinter.merger.Member;
import dev.sinter.merger.contract.Launch;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.tree.FileTree;

/** A member with its image read. */
public record MemberImage(Member member, Image image, FileTree tree, Launch launch) {

    public String name() {
        return member.name();
    }
}
