node_ids "label"
graph [ node [ id 0 label "Zo&#235;" ] node [ id 1 label "b" ] edge [ source 0 target 1 w 1.5 ] ]
