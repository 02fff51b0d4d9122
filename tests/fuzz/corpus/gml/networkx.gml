# a comment
Creator "NetworkX"
graph
[
  directed 1
  multigraph 1
  name "G&#252;te"
  node [ id 10 label "Zo&#235; &amp; Co" weight 3 graphics [ x 1.5 y -2.0 fill "#FF0000" ] ]
  node [ id 2 label "two
lines" weight 2.5 tag "a" tag "b" ]
  edge [ source 10 target 2 value +INF ]
  edge [ target 10 source 2 value NAN ]
]
