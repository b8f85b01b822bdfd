package dev.sinter.merger;

import dev.sinter.merger.oci.Image;
import dev.sinter.merger.oci.Platform;
import java.util.ArrayList;
import java.util.List;

/** The platforms that all members have images for. */
final class PlatformChoice {

    private PlatformChoice() {}

    /**
     * For each common platform the members' images, this machine's platform first.
     *
     * @param offered of each member, in their order
     */
    static List<List<Image>> common(List<Member> members, List<List<Image>> offered) {
        List<List<Image>> common = new ArrayList<>();
        for (Image first : offered.getFirst()) {
            Platform platform = first.config().platform();
            List<Image> chosen = offered.stream()
                    .flatMap(images -> images.stream()
                            .filter(image -> image.config().platform().runs(platform))
                            .limit(1))
                    .toList();
            if (chosen.size() == members.size()) {
                boolean ours = platform.runs(Platform.ofThisMachine());
                common.add(ours ? 0 : common.size(), chosen);
            }
        }
        if (common.isEmpty()) {
            List<String> found = new ArrayList<>();
            for (int i = 0; i < members.size(); i++) {
                found.add(members.get(i).name() + " "
                        + offered.get(i).stream()
                                .map(image -> image.config().platform().toString())
                                .toList());
            }
            throw new MergeException(
                    MergeProblem.NO_COMMON_PLATFORM,
                    "platforms: " + String.join(", ", found) + " (expected: one that all have)");
        }
        return common;
    }
}
