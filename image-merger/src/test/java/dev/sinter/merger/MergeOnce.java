package dev.sinter.merger;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One merge in a process of its own: cache, target, then the members' {@code NAME=IMAGE}; says what came out. */
public final class MergeOnce {

    private MergeOnce() {}

    public static void main(String[] arguments) {
        List<Member> members = new ArrayList<>();
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            String[] parts = argument.split("=", 2);
            members.add(new Member(parts[0], parts[1], Overrides.NONE, null));
        }
        MergeResult result = new ImageMerger(MergerSettings.in(Path.of(arguments[0])), null)
                .merge(new MergeRequest("g1", members, List.of(), Tier.IN_PROCESS), arguments[1], MergeProgress.NONE);
        System.out.println(result.imageId() + " " + result.manifestDigest());
    }
}
