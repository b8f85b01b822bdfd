package dev.sinter.planner.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RankingTest {
    @Property(tries = 200)
    void theLargestComesFirst_andEqualOnesKeepTheirOrder(
            @ForAll @Size(max = 60) List<@IntRange(max = 9) Integer> figures) {
        double[] figure = figures.stream().mapToDouble(Integer::doubleValue).toArray();
        int[] expected = IntStream.range(0, figure.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -figure[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        assertThat(Ranking.largestFirst(figure)).isEqualTo(expected);
    }
}
